# What a bundle brought is found after what the system has. In every terminal, in the folder of the project:
#
#     . lab/offline/enter.sh
#
# ../setup.sh does the same. Plain sh, because it is read by the shell of the person at the terminal.
lab_programs=$PWD/.lab/programs
lab_machine=$(uname -m)-linux-gnu
case :$PATH: in
  *":$lab_programs/usr/bin:"*) ;;
  *)
    PATH=$PATH:$lab_programs/usr/bin:$lab_programs/usr/sbin:$PWD/node_modules/.bin
    command -v npm >/dev/null 2>&1 || PATH=$PATH:$PWD/lab/offline/bin
    LD_LIBRARY_PATH=${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}$lab_programs/usr/lib/$lab_machine:$lab_programs/lib/$lab_machine
    export PATH LD_LIBRARY_PATH
    ;;
esac
unset lab_programs lab_machine
