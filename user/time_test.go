package user

import (
	"errors"
	"testing"
	"time"
)

// lastTime and beyond are the last time that there can be, and the next one.
var (
	lastTime = time.Date(9999, 12, 31, 23, 59, 59, 999999000, time.UTC)
	beyond   = lastTime.Add(time.Microsecond)
)

func TestCheckTime(t *testing.T) {
	west := time.FixedZone("west", -3600)
	for at, ok := range map[time.Time]bool{
		{}: true, time.Unix(0, 0): true, lastTime: true,
		beyond: false, time.Date(0, 12, 31, 23, 59, 59, 0, time.UTC): false, time.Date(300_000, 1, 1, 0, 0, 0, 0, time.UTC): false,
		time.Date(9999, 12, 31, 23, 30, 0, 0, west): false, time.Date(0, 12, 31, 23, 30, 0, 0, west): true,
	} {
		if err := CheckTime(at); (err == nil) != ok || !ok && !errors.Is(err, ErrTime) {
			t.Errorf("CheckTime of %v: %v", at, err)
		}
	}
}

// TestNoTimeBeyondYear9999: what keeps a time refuses one that no text form holds, and a hold of
// names that would end later never ends.
func TestNoTimeBeyondYear9999(t *testing.T) {
	ready := User{ID: 1, Capacity: Capacity{MaxChats: 2}, Presence: Presence{Status: Ready}}
	for name, act := range map[string]func(now time.Time) error{
		"Delete":      func(now time.Time) error { _, err := Delete(ready, NameReuse{}, now); return err },
		"Erase":       func(now time.Time) error { _, err := Erase(ready, now); return err },
		"Presence.To": func(now time.Time) error { _, err := ready.Presence.To(DND, now); return err },
		"Patch.Apply": func(now time.Time) error { _, err := Patch{}.Apply(ready, Facts{Now: now}); return err },
		"Reserve":     func(until time.Time) error { _, err := Reserve(ready, "chat", time.Unix(0, 0), until); return err },
	} {
		if err := act(lastTime); err != nil {
			t.Errorf("%s at the last time: %v", name, err)
		}
		if err := act(beyond); !errors.Is(err, ErrTime) {
			t.Errorf("%s beyond it: error %v, want ErrTime", name, err)
		}
	}
	if !never.Equal(time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)) {
		t.Errorf("never is %v", never)
	}
	held, err := Delete(ready, NameReuse{Hold: time.Hour}, lastTime)
	if err != nil || CheckTime(held.Lifecycle.HoldUntil) != nil || held.HoldExpired(lastTime) {
		t.Errorf("a hold that ends beyond the year 9999 is until %v, %v", held.Lifecycle.HoldUntil, err)
	}
}
