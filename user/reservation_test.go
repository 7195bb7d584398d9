package user

import (
	"errors"
	"slices"
	"testing"
	"time"
)

func TestReserve(t *testing.T) {
	ready := func(maxChats int, list ...Reservation) User {
		return User{
			Presence: Presence{Status: Ready}, Capacity: Capacity{MaxChats: maxChats, Reservations: ListOf(list...)},
		}
	}
	deleted, disabled, online := ready(1), ready(1), ready(1)
	deleted.Lifecycle.Deleted = noon
	disabled.Access.Disabled = true
	online.Presence.Status = Online
	both := disabled
	both.Lifecycle.Deleted = noon
	until := noon.Add(time.Minute)
	chat := Reservation{"chat", until}
	expired := Reservation{"chat", noon}

	tests := []struct {
		name string
		user User
		want error
		free int // afterwards
	}{
		{"the only slot", ready(1), nil, 0},
		{"one of two slots", ready(2, chat), nil, 0},
		{"an expired reservation counts no more", ready(1, expired), nil, 0},
		{"assumed: a reservation counts against maxChats", ready(1, chat), ErrNoCapacity, 0},
		{"no capacity at all", ready(0), ErrNoCapacity, 0},
		{"more reserved than a lowered maxChats", ready(1, chat, chat), ErrNoCapacity, 0},
		{"assumed: only with a ready status", online, ErrNotReady, 1},
		{"assumed: only if enabled", disabled, ErrNotReady, 1},
		{"not if deleted", deleted, ErrDeleted, 1},
		{"deleted comes before disabled", both, ErrDeleted, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			// assumed: without a named user it is an unreserved one
			if want := tt.want == nil && tt.user.Capacity.Reserved(noon) == 0; Available(tt.user, noon) != want {
				t.Errorf("available to a call that names no user: %v", !want)
			}
			got, err := Reserve(tt.user, "mail", noon, until)
			if !errors.Is(err, tt.want) || got.Capacity.Free(noon) != tt.free {
				t.Fatalf("free %d, error %v; want %d, %v", got.Capacity.Free(noon), err, tt.free, tt.want)
			}
			if err != nil && !got.Equal(tt.user) {
				t.Error("a refused reservation changed the user")
			}
			if err == nil && slices.Contains(got.Capacity.Reservations.Slice(), expired) {
				t.Error("an expired reservation is still there")
			}
		})
	}
}

func TestAReservationExpires(t *testing.T) {
	u := User{Presence: Presence{Status: Ready}, Capacity: Capacity{MaxChats: 2}}
	until := noon.Add(time.Minute)
	u = must(Reserve(u, "chat", noon, until.In(noonZone)))
	for _, tt := range []struct {
		at   time.Time
		free int
	}{{noon, 1}, {until.Add(-1), 1}, {until, 2}, {until.Add(time.Hour), 2}} {
		if got := u.Capacity.Free(tt.at); got != tt.free || u.Capacity.Reserved(tt.at) != 2-tt.free {
			t.Errorf("%v: %d free, want %d", tt.at, got, tt.free)
		}
	}
}

func TestUnreserve(t *testing.T) {
	at := func(channel string, minutes int) Reservation {
		return Reservation{channel, noon.Add(time.Duration(minutes) * time.Minute)}
	}
	u := User{Capacity: Capacity{Reservations: ListOf(at("chat", 0), at("mail", 1), at("chat", 3), at("chat", 2))}}
	got, err := Unreserve(u, "chat", noon)
	if err != nil || !slices.Equal(got.Capacity.Reservations.Slice(), []Reservation{at("mail", 1), at("chat", 2)}) {
		t.Error(got.Capacity.Reservations, err)
	}
	got, err = Unreserve(u, "voice", noon)
	if !errors.Is(err, ErrNoSlot) || !got.Equal(u) {
		t.Error(got.Capacity.Reservations, err)
	}
	if _, err = Unreserve(u, "mail", noon.Add(time.Hour)); !errors.Is(err, ErrNoSlot) {
		t.Errorf("released an expired reservation: %v", err)
	}
}

func TestTheFreestIsReservedFirst(t *testing.T) {
	// assumed, Omnidesk: the most free chat capacity, ties by lowest id.
	free := func(id ID, n int) User { return User{ID: id, Capacity: Capacity{MaxChats: n}} }
	users := []User{free(3, 2), free(1, 1), free(2, 2), free(4, 0), free(5, 3)}
	slices.SortFunc(users, func(a, b User) int {
		switch {
		case MoreAvailable(a, b, noon):
			return -1
		case MoreAvailable(b, a, noon):
			return 1
		}
		return 0
	})
	var order []ID
	for _, u := range users {
		order = append(order, u.ID)
	}
	if !slices.Equal(order, []ID{5, 2, 3, 1, 4}) {
		t.Error(order)
	}
	if MoreAvailable(users[0], users[0], noon) {
		t.Error("a user is better than the same user")
	}
}

func TestReservedUntilTheNewestReservationOfTheChannelEnds(t *testing.T) {
	c := Capacity{Reservations: ListOf(
		Reservation{"chat", noon.Add(time.Minute)}, Reservation{"call", noon.Add(time.Hour)}, Reservation{"chat", noon},
	)}
	for channel, want := range map[string]time.Time{"chat": noon.Add(time.Minute), "call": noon.Add(time.Hour), "mail": {}} {
		if until, ok := c.ReservedUntil(channel); !until.Equal(want) || ok == want.IsZero() {
			t.Errorf("%s until %v, %t", channel, until, ok)
		}
	}
}
