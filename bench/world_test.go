package bench

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

var million = flag.Bool("million", os.Getenv("ROSTER_BENCH_MILLION") == "1", "measure at a million users too")

// sizes are the numbers of users of the accounts. With -short they are small: all runs, and the
// figures mean nothing.
func sizes() []int {
	switch {
	case testing.Short():
		return []int{5_000, 10_000}
	case *million:
		return []int{10_000, 100_000, 1_000_000}
	}
	return []int{10_000, 100_000}
}

var ctx = context.Background()

// applications is the number of applications. A user is in one of them.
const applications = 50

// theApplication is the application whose users are listed and counted.
const theApplication user.ApplicationID = 7

// needle is part of the names of ten users of an account of any size.
const needle = "zyxw"

// world has the same users in roster and in plain go-memdb rows.
type world struct {
	size   int
	front  front // the actor is a user with role admin
	plain  *plain
	made   map[directory]int // how many users were created since
	serial int               // the number of calls
}

// member returns user i of an account of size users. Most attributes are not at their default.
func member(i, size int) user.User {
	first, last := word(i), word(i/7+3)
	if i%(max(size, 10)/10) == 5 {
		last += needle
	}
	login := fmt.Sprintf("%s.%s.%d@example.com", first, last, i)
	granted := user.RolesOf(user.Agent)
	if i == 0 {
		granted = user.RolesOf(user.Admin)
	}
	return user.User{
		Identity: user.Identity{
			Login: login, PID: fmt.Sprintf("pid-%d", i), EmployeeID: fmt.Sprintf("E%08d", i),
			Kind: user.Human, Description: "takes calls and chats", CustomData: "team=blue;floor=3",
		},
		Names: user.Names{
			First: first, Last: last, Full: fmt.Sprintf("%s %s %d", first, last, i), Display: first + " " + last,
		},
		Contact: user.Contact{
			Email: login, Phone: fmt.Sprintf("+3120%07d", i%10_000_000), Mobile: "0542-123456", Language: "en_GB",
			DateFormat: "iso", PictureID: "p1", PictureURL: "/pictures/me.jpg", BackgroundURI: "/pictures/image.jpg",
			MobileApp: "lpMobileApp-123",
		},
		Credentials: user.Credentials{ChangeNextLogin: true},
		Capacity: user.Capacity{
			MaxChats: 4, MaxAsyncChats: user.Some(10), MemberOf: user.Assignment{Group: user.GroupID(i%20 + 1)},
			Skills: user.IDSetOf(user.SkillID(i%30+1), user.SkillID(i%31+40)), Queues: user.IDSetOf(user.QueueID(i%10 + 1)),
		},
		Preferences: user.Preferences{
			ChatSound: true, NotifyAssignment: true, AutoAnswer: true, Views: user.IDSetOf[user.ViewID](1),
		},
		Access: user.Access{
			Disabled: i%10 == 9, Granted: granted, Groups: user.IDSetOf(user.GroupID(i%5 + 1)),
			PermissionGroups: user.IDSetOf[user.PermissionGroupID](1),
			Applications:     user.IDSetOf(user.ApplicationID(i%applications + 1)),
			LinesOfBusiness:  user.IDSetOf(user.LineOfBusinessID(i%4 + 1)), Devices: user.IDSetOf(user.DeviceID(i + 1)),
		},
	}
}

// word returns a name of three syllables for a number. There are some thousands of such names.
func word(n int) string {
	const consonants, vowels = "bdfgklmnprstvh", "aeiou"
	b := make([]byte, 0, 6)
	for range 3 {
		b = append(b, consonants[n%len(consonants)], vowels[n/len(consonants)%len(vowels)])
		n = n/11 + n*5
	}
	return string(b)
}

// received returns the user as a request brings it: each text has memory of its own.
func received(tb testing.TB, u user.User) (own user.User) {
	text, err := json.Marshal(u)
	must(tb, err)
	must(tb, json.Unmarshal(text, &own))
	return own
}

// newStore returns a store with size users and a handle of the administrator. It creates the users
// through roster.Directory.
func newStore(tb testing.TB, size int) (*memstore.Store, roster.Handle) {
	tb.Helper()
	store := memstore.New()
	directory := roster.New(store, roster.WithClock(func() time.Time { return time.Unix(1_700_000_000, 0) }))
	host := directory.As("acme", roster.SystemActor())
	_, err := host.CreateAccount(ctx, user.Account{Currency: "USD"})
	must(tb, err)
	amount, err := balance.Parse("9999999999.00", "USD")
	must(tb, err)
	_, err = host.Fund(ctx, roster.FundParams{Amount: amount})
	must(tb, err)
	for i := 0; i < size; {
		var batch []roster.CreateParams
		for ; i < size && len(batch) < storage.MaxPage; i++ {
			batch = append(batch, roster.CreateParams{User: received(tb, member(i, size))})
		}
		_, err := host.CreateMany(ctx, batch)
		must(tb, err)
	}
	return store, directory.As("acme", roster.UserActor(1))
}

func newWorld(tb testing.TB, size int) *world {
	tb.Helper()
	_, admin := newStore(tb, size)
	w := &world{size: size, front: front{admin}, plain: newPlain(tb), made: map[directory]int{}}
	w.fill(tb, w.plain, 100) // go-memdb walks the whole tree if a transaction changes more than 8,192 nodes
	return w
}

// fill adds the users of roster to a directory that has money for transfers, and their balances.
func (w *world) fill(tb testing.TB, d directory, batch int) {
	tb.Helper()
	var users []user.User
	flush := func() {
		must(tb, d.insert(users...))
		ids := make([]user.ID, 0, len(users))
		for _, u := range users {
			ids = append(ids, u.ID)
		}
		must(tb, d.move(0, ids...)) // makes the balance rows
		users = users[:0]
	}
	seen := user.ID(0)
	for u, err := range w.front.All(ctx, roster.ListParams{}) {
		must(tb, err)
		if seen++; u.ID != seen {
			tb.Fatalf("user %d came after %d", u.ID, seen-1)
		}
		if users = append(users, u); len(users) == batch {
			flush()
		}
	}
	flush()
	if seen != user.ID(w.size) {
		tb.Fatalf("%d users of %d", seen, w.size)
	}
}

// some returns the id of a user. Users of successive numbers are far apart.
func (w *world) some(i int) user.ID { return user.ID(i*7919%w.size + 1) }
