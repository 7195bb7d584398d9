package pgserver

import (
	"os"
	"os/user"
	"strconv"
)

// owner is the system user that runs the server.
type owner struct{ uid, gid int }

// findOwner returns the system user that must run the server. It returns nil for the user that runs
// the tests. If that is root, it returns another user, because PostgreSQL refuses to run as root.
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
