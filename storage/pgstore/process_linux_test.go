package pgstore

import "syscall"

// attributes makes a process run as its owner, and end with the tests even where those are killed.
func attributes(run *owner) *syscall.SysProcAttr {
	a := &syscall.SysProcAttr{Pdeathsig: syscall.SIGQUIT}
	if run != nil {
		a.Credential = &syscall.Credential{Uid: uint32(run.uid), Gid: uint32(run.gid)}
	}
	return a
}
