package sqlitestore

import (
	"errors"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/ca74b63c/roster/storage/internal/crash"
	"github.com/ca74b63c/roster/storage/internal/sample"
)

// TestNoRoomOnTheDisk fills the file system under load. Writers get ErrFull and readers go on. Once
// there is room again, writers go on too, and nothing is lost.
func TestNoRoomOnTheDisk(t *testing.T) {
	disk := crash.NewDisk(t, "8m")
	s, err := Open(t.Context(), filepath.Join(disk.Dir, "roster.db"))
	must(t, err)
	defer func() { must(t, s.Close()) }() // before the disk goes
	sample.Fund(t, s, "acme")
	log := crash.NewLog("acme")
	for round := range 3 {
		errs := log.Errors()
		stop := log.Drive(t, s, 4, fmt.Sprint("round ", round))
		log.Await(t, 20)
		disk.Fill(t, 16<<10)
		log.AwaitErrors(t, errs+10)
		sample.Check(t, s, "acme")
		disk.Free(t)
		log.Await(t, 20)
		stop()
		log.Heal(t, s)
	}
	if err := log.FirstError(); !errors.Is(err, ErrFull) {
		t.Errorf("a full disk: %v", err)
	}
	log.End(t, s)
}
