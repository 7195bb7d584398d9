package pgstore

import "syscall"

// attributes leaves a process as it is: there, PostgreSQL gives up by itself what it may do and should not.
func attributes(*owner) *syscall.SysProcAttr { return nil }
