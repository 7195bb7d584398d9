//go:build !linux && !windows

package pgserver

import (
	"os"
	"syscall"
)

// attributes makes a process run as its owner.
func attributes(run *owner) *syscall.SysProcAttr {
	if run == nil {
		return nil
	}
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(run.uid), Gid: uint32(run.gid)}}
}

// killAll kills a process. Its children end by themselves.
func killAll(p *os.Process) { _ = p.Kill() }
