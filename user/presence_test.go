package user

import (
	"errors"
	"testing"
	"time"
)

func TestStatusLock(t *testing.T) {
	// documented, Omnidesk: "Sets this user to a specific status and locks it."; "Deletes the
	// status lock on this user."
	hour := noon.Add(time.Hour)
	p := Presence{Status: Ready, Since: noon}

	locked := p.LockAt(Timeout, 5, hour.In(noonZone))
	if want := (Presence{Status: Timeout, Since: hour, Lock: StatusLock{true, 5, hour}}); locked != want {
		t.Errorf("locked: %v, want %v", locked, want)
	}
	// assumed: updateStatus refuses until statusLockDelete.
	if got, err := locked.To(Ready, hour); !errors.Is(err, ErrStatusLocked) || got != locked {
		t.Error(got, err)
	}
	if got, err := locked.To(Timeout, hour.Add(1)); err != nil || got != locked {
		t.Errorf("the present status: %v, %v", got, err)
	}
	if got := locked.LockAt(Timeout, 6, hour.Add(time.Minute)); got.Since != hour || got.Lock.By != 6 {
		t.Errorf("a second lock takes the place of the first, the status stays: %v", got)
	}
	if got := p.LockAt(Ready, 5, hour); got.Since != noon {
		t.Errorf("locked in the present status: %v", got)
	}
	if got, err := p.To(DND, beyond); !errors.Is(err, ErrTime) || got != p {
		t.Errorf("too late: %v, %v", got, err)
	}
	open := locked.Unlocked()
	if open.Status != Timeout || open.Since != hour || open.Lock != (StatusLock{}) {
		t.Errorf("unlocked: %v", open)
	}
	if got, err := open.To(Ready, noon.In(noonZone)); err != nil || got != p {
		t.Error(got, err)
	}
}
