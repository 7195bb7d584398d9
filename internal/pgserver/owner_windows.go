package pgserver

import (
	"os"
	"syscall"
)

// attributes returns nil: on Windows PostgreSQL drops its privileges itself.
func attributes(*owner) *syscall.SysProcAttr { return nil }

// killAll kills a process. Its children end by themselves.
func killAll(p *os.Process) { _ = p.Kill() }
