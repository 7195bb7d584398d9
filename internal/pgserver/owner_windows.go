package pgserver

import (
	"os"
	"syscall"
)

// attributes leaves a process as it is: there, PostgreSQL gives up by itself what it may do and
// should not.
func attributes(*owner) *syscall.SysProcAttr { return nil }

// killAll ends a process at once. Its children notice.
func killAll(p *os.Process) { _ = p.Kill() }
