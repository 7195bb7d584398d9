package pgserver

import (
	"os"
	"os/user"
	"strconv"
)

// owner is the system user that the server runs as.
type owner struct{ uid, gid int }

// findOwner returns the system user that the server runs as: nil for the one that runs the tests,
// or another one if that is root, because PostgreSQL refuses to run as root.
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

// give makes the owner the owner of a file.
func (o *owner) give(path string) error {
	if o == nil {
		return nil
	}
	return os.Chown(path, o.uid, o.gid)
}
