package pgserver

import (
	"os"
	"os/user"
	"strconv"
)

// owner is the system user that runs the server.
type owner struct{ uid, gid int }

// findOwner returns the system user that must run the server, and nil if the user that runs the
// tests can run it. PostgreSQL refuses to run as root. If root runs the tests, findOwner therefore
// returns the system user postgres, or the user with the id 65534 if there is no postgres.
func findOwner() *owner {
	if os.Geteuid() != 0 {
		return nil
	}
	o := &owner{65534, 65534} // nobody
	if u, err := user.Lookup("postgres"); err == nil {
		o.uid, _ = strconv.Atoi(u.Uid)
		o.gid, _ = strconv.Atoi(u.Gid)
	}
	return o
}

// give changes the owner of a file to o.
func (o *owner) give(path string) error {
	if o == nil {
		return nil
	}
	return os.Chown(path, o.uid, o.gid)
}
