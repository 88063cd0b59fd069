# Sends a datagram from source port 0, which needs a raw socket, then one from port 54321. Prints the destination ports of the
# responses until the one to 54321 has arrived. Written in Perl, because every Debian has it, and Node has no raw sockets.
#
#   perl from-port-zero.pl ADDRESS PORT HEX_OF_QUERY
use strict;
use warnings;
use Socket;

my ($address, $port, $hex) = @ARGV;
my $query = pack('H*', $hex);
socket(my $raw, AF_INET, SOCK_RAW, 17) or die "a raw socket: $!\n";
for my $source (0, 54321) {
  # RFC 768: source port, destination port, length, checksum (0: none)
  my $datagram = pack('n4', $source, $port, 8 + length $query, 0) . $query;
  send($raw, $datagram, 0, pack_sockaddr_in(0, inet_aton($address))) or die "send: $!\n";
}
alarm 10;
while (defined recv($raw, my $packet, 65535, 0)) {
  my $header = (ord($packet) & 15) * 4;
  my ($from, $to) = unpack("x${header}n2", $packet);
  next if $from != $port;
  print "$to\n";
  last if $to == 54321;
}
