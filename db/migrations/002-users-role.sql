-- Whether somebody is the last admin is asked with the rows locked: with this index the admins' rows alone, not everybody's.
CREATE INDEX users_role ON users (role);
