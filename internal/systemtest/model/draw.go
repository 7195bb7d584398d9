package model

import (
	"slices"
	"strings"

	"pgregory.net/rapid"
)

// Draw draws the next call. Most calls are about users that exist, because names are few and ids
// are small.
func (p *Pair) Draw(t *rapid.T) Op { return drawn.Draw(t, "call")(t, p.model) }

// drawn lists the calls. Calls that create data occur more often than calls that remove data.
var drawn = rapid.SampledFrom(slices.Concat(
	repeat(7, drawPatch), repeat(4, drawCreate, drawTransfer), repeat(3, drawEdit),
	repeat(2, drawWait, drawCreateMany, drawRoles, drawFund, drawAgain, drawReverse, drawAccount, drawGet),
	repeat(1, drawDeleteMany),
	repeat(2, ofOne("Restore"), ofOne("Disable"), ofOne("Enable")), repeat(1, ofOne("Delete")),
))

func repeat(n int, draws ...func(*rapid.T, *Model) Op) []func(*rapid.T, *Model) Op {
	return slices.Repeat(draws, n)
}

// one draws one of the values.
func one[T any](t *rapid.T, label string, values ...T) T {
	return values[rapid.IntRange(0, len(values)-1).Draw(t, label)]
}

// sometimes returns true in one of n cases.
func sometimes(t *rapid.T, label string, n int) bool {
	return rapid.IntRange(0, n-1).Draw(t, label) == n-1
}

// near draws the id of a user or a transfer, most often 1, 2 or 3. The user or transfer need not
// exist. The id does not depend on the model's state, so that removing a call from a sequence does
// not change the other calls.
func near(t *rapid.T, label string) int {
	return one(t, label, 1, 2, 3, 4, 5, 6, 1, 2, 3, 1, 2, 3, 7, 8)
}

func someone(t *rapid.T, most int) (list []int) {
	for range rapid.IntRange(0, most).Draw(t, "how many") {
		list = append(list, near(t, "id"))
	}
	return list
}

// how returns random options for a call on the account of m: none, a dry run, or one precondition,
// which may hold or fail. The parameter version is the current version of the call's target. The
// actor is the system actor.
func how(t *rapid.T, m *Model, version int) (h How) {
	stale := version + 1
	switch rapid.IntRange(1, 20).Draw(t, "how") {
	case 16, 17:
		h.Dry = true
	case 18:
		h.IfVersion = &version
	case 19:
		h.IfVersion = &stale
	case 20:
		late := rapid.IntRange(0, 5).Draw(t, "late")
		revision, since := m.revision-late, m.configRevision()+4-late
		if late > 1 {
			h.IfSince = &since
		} else {
			h.IfRevision = &revision
		}
	}
	return h
}

func howTo(t *rapid.T, m *Model, id int) How { return how(t, m, atoi(m.users[id][".version"])) }

// howBy returns random options and a random actor for a call on the account of m. The parameter id
// is the target of the call, a user that need not exist. The actor is a user or the system actor.
func howBy(t *rapid.T, m *Model, id int) How {
	h := howTo(t, m, id)
	h.As = actor(t)
	return h
}

// actor draws the id of the acting user, or 0 for the system actor. It is most often a user of the
// opening.
func actor(t *rapid.T) int { return one(t, "as", 0, 4, 5, 0, 4, 5, 0, 4, 1, 2, 3, 6, 6) }

// values lists the valid values of each field, the default first, and an invalid one if there is
// any.
var values = []struct {
	name string
	good []string
	bad  string
}{
	{"roles", []string{ // the only one that a new user has not
		"", "agent", "agent_manager", "admin", "agent agent_manager", "owner", "user_manager",
	}, ""},
	{"login", []string{"ann", "bob", "Ann", "eve", "BOB", "kim", "zoe"}, none},
	{"granted", []string{"", "agent", "agent_manager", "admin agent", "agent agent_manager", "user_manager", "owner"}, ""},
	{"profiles", []string{"", "1", "2", "1 2", "3"}, "1 9"},
	{"maxChats", []string{"", "1", "2", "4"}, "-1"},
	{"memberOf", []string{"", "1", "2"}, ""},
	{"managerOf", []string{"", "1", "1 2"}, ""},
	{"status", []string{"", "READY", "ONLINE"}, ""},
	{"enabled", []string{"", "false"}, ""},
	{"apiUser", []string{"", "true"}, ""},
	{"parentAccounting", []string{"", "true"}, ""},
	{"applications", []string{"", "1", "1 2"}, ""},
}

// none is an invalid value in the list values; it stands for "".
const none = "none"

// fields draws a Record with random fields, at most as many as the parameter most says. The fields
// and their values come from the list values, from the entry with the index first on. If the list
// has an invalid value for a field, the field gets the invalid value in one of twelve draws.
func fields(t *rapid.T, first, most int) Record {
	r := Record{}
	for range rapid.IntRange(0, most).Draw(t, "fields") {
		v := rapid.SampledFrom(values[first:]).Draw(t, "field")
		r[v.name] = one(t, v.name, v.good...)
		if v.bad != "" && sometimes(t, "bad", 12) {
			r[v.name] = strings.TrimPrefix(v.bad, none)
		}
	}
	return r
}

// drawNewUser draws a Record for a new user: a login and at most five other attributes, which may
// have invalid values. In half of the draws the user also is an agent with the status READY and two
// chats.
func drawNewUser(t *rapid.T) Record {
	b := fields(t, 2, 5)
	b["login"] = one(t, "login", "ann", "bob", "Ann", "eve", "kim", "zoe", "tom", "lea")
	if sometimes(t, "agent", 2) {
		b["granted"], b["status"], b["maxChats"] = "agent", "READY", "2"
	}
	return b
}
