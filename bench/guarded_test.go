package bench

import (
	"errors"
	"slices"
	"strings"
	"sync"

	"github.com/ca74b63c/roster/user"
)

// guarded is what a host would write first: maps behind a mutex, one for each way to find a user,
// the balances in another, and a journal of what was paid. It checks that a login is new and that
// the payer has the money. It has no history, no versions and no rollback.
type guarded struct {
	mu                        sync.RWMutex
	users                     map[user.ID]user.User
	byLogin, byEmail, byPhone map[string]user.ID
	byApplication             map[user.ApplicationID][]user.ID // ascending
	balances                  map[user.ID]int64                // 0 is the account's own
	journal                   []payment
}

// treasure is what the account has to give away at the peers.
const treasure = 1_000_000_000_000_000

type payment struct {
	to                      user.ID
	units, fromAfter, after int64
}

func newGuarded() *guarded {
	return &guarded{
		users:   map[user.ID]user.User{},
		byLogin: map[string]user.ID{}, byEmail: map[string]user.ID{}, byPhone: map[string]user.ID{},
		byApplication: map[user.ApplicationID][]user.ID{},
		balances:      map[user.ID]int64{0: treasure},
	}
}

var errTaken, errPoor, errUnknown = errors.New("taken"), errors.New("too little money"), errors.New("unknown")

func (g *guarded) insert(users ...user.User) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, u := range users {
		if _, taken := g.byLogin[u.Identity.Login]; taken {
			return errTaken
		}
		g.users[u.ID] = u
		g.byLogin[u.Identity.Login], g.byEmail[u.Contact.Email], g.byPhone[u.Contact.Phone] = u.ID, u.ID, u.ID
		for a := range u.Access.Applications.All() {
			g.byApplication[a] = append(g.byApplication[a], u.ID) // ids ascend
		}
	}
	return nil
}

func (g *guarded) user(id user.ID) (user.User, error) {
	g.mu.RLock()
	defer g.mu.RUnlock()
	u, ok := g.users[id]
	if !ok {
		return user.User{}, errUnknown
	}
	return u, nil
}

func (g *guarded) get(id user.ID) error {
	if u, err := g.user(id); err != nil || u.ID != id {
		return errUnknown
	}
	return nil
}

func (g *guarded) setMaxChats(id user.ID, n int) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	u, ok := g.users[id]
	if !ok {
		return errUnknown
	}
	u.Capacity.MaxChats = n
	g.users[id] = u
	return nil
}

// move takes units from the account to each of the others, all or nothing.
func (g *guarded) move(units int64, to ...user.ID) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.balances[0] < units*int64(len(to)) {
		return errPoor
	}
	for _, id := range to {
		g.balances[0] -= units
		g.balances[id] += units
		g.journal = append(g.journal, payment{id, units, g.balances[0], g.balances[id]})
	}
	return nil
}

// page returns up to n users of an application whose ids follow after.
func (g *guarded) page(a user.ApplicationID, after user.ID, n int) ([]user.User, error) {
	g.mu.RLock()
	defer g.mu.RUnlock()
	ids := g.byApplication[a]
	at, _ := slices.BinarySearch(ids, after+1)
	ids = ids[at:min(at+n, len(ids))]
	page := make([]user.User, 0, len(ids))
	for _, id := range ids {
		page = append(page, g.users[id])
	}
	return page, nil
}

// search looks for a part of a name at every user.
func (g *guarded) search(part string) (n int, err error) {
	g.mu.RLock()
	defer g.mu.RUnlock()
	for _, u := range g.users {
		if named(&u, part) {
			n++
		}
	}
	return n, nil
}

// count counts the enabled agents of an application.
func (g *guarded) count(a user.ApplicationID) (n int, err error) {
	g.mu.RLock()
	defer g.mu.RUnlock()
	for _, id := range g.byApplication[a] {
		if u := g.users[id]; u.Enabled() && u.Access.Roles.Has(user.Agent) {
			n++
		}
	}
	return n, nil
}

func (g *guarded) balance(id user.ID) (int64, error) { return g.balances[id], nil }

// named reports whether a text that a search looks at contains part.
func named(u *user.User, part string) bool {
	texts := searched(u)
	return slices.ContainsFunc(texts[:], func(text string) bool { return strings.Contains(text, part) })
}

// searched returns the texts of a user that a search looks at.
func searched(u *user.User) [8]string {
	return [...]string{
		u.Identity.Login, u.Names.Display, u.Names.First, u.Names.Last, u.Names.Full,
		u.Contact.Email, u.Contact.Phone, u.Contact.Mobile,
	}
}
