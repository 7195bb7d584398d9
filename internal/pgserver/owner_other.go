//go:build !linux

package pgserver

import (
	"os"
	"syscall"
)

// attributes returns nil: the server runs as the user that runs the tests. PostgreSQL refuses to
// run as root, and drops its privileges itself on Windows.
func attributes(*owner) *syscall.SysProcAttr { return nil }

// killAll kills a process. Its children end by themselves.
func killAll(p *os.Process) { _ = p.Kill() }
