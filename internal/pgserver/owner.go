package pgserver

import (
	"os"
	"os/user"
	"strconv"
)

// owner is the system user that runs the server.
type owner struct{ uid, gid int }

// findOwner returns the system user that runs the server: the user "postgres" if the system has
// one, else the user id 65534. findOwner returns nil if the tests do not run as root, because then
// the server can run as the current user. PostgreSQL refuses to run as root.
func findOwner() *owner {
	if os.Geteuid() != 0 {
		return nil
	}
	o := &owner{65534, 65534} // the user "nobody" of most systems
	if u, err := user.Lookup("postgres"); err == nil {
		o.uid, _ = strconv.Atoi(u.Uid)
		o.gid, _ = strconv.Atoi(u.Gid)
	}
	return o
}

// give makes o the owner of the file at path. It does nothing if o is nil.
func (o *owner) give(path string) error {
	if o == nil {
		return nil
	}
	return os.Chown(path, o.uid, o.gid)
}
