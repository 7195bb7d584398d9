package history

import (
	"cmp"
	"slices"

	"github.com/ca74b63c/roster/user"
)

// person is a user in the model of the histories.
type person struct {
	id      user.ID
	version user.Revision
	login   string
	note    string
	max     int // chats at once
	slots   int // reserved ones
	ready   bool
	live    bool
	funds   int64 // where the answer tells it
}

// account is one state of an account in the model. It is immutable.
type account struct {
	revision user.Revision
	funds    int64
	people   []person // ascending by id; deleted ones too
	receipts []receipt
}

// receipt is a transfer with an idempotency key, and its result.
type receipt struct {
	operation operation
	moved     bool
	answer    answer
}

func (s account) equal(o account) bool {
	return s.revision == o.revision && s.funds == o.funds && slices.Equal(s.people, o.people) &&
		slices.EqualFunc(s.receipts, o.receipts, func(a, b receipt) bool {
			return a.operation.key == b.operation.key && a.answer.revision == b.answer.revision
		})
}

func byID(p person, id user.ID) int { return cmp.Compare(p.id, id) }

// person returns the user with the given id, even if the user is deleted. It returns false if no
// such user was ever created.
func (s account) person(id user.ID) (person, bool) {
	i, ok := slices.BinarySearchFunc(s.people, id, byID)
	if !ok {
		return person{}, false
	}
	return s.people[i], true
}

// living returns the user with the id, if the user is not deleted.
func (s account) living(id user.ID) (person, bool) {
	p, ok := s.person(id)
	return p, ok && p.live
}

// holder returns the live user with a login.
func (s account) holder(login string) (person, bool) {
	for _, p := range s.people {
		if p.live && p.login == login {
			return p, true
		}
	}
	return person{}, false
}

// with returns a copy of the account s that contains the user p. If s has a user with the same id,
// p replaces that user. s itself is unchanged.
func (s account) with(p person) account {
	i, ok := slices.BinarySearchFunc(s.people, p.id, byID)
	s.people = slices.Clone(s.people)
	if ok {
		s.people[i] = p
	} else {
		s.people = slices.Insert(s.people, i, p)
	}
	return s
}

// commit is the end of each successful call that changes one user: it returns the result of the
// call, and a copy of the account s with the next revision and the changed user p. p gets the next
// revision as version. The result contains the revision and p without balance. s itself is
// unchanged.
func (s account) commit(p person) (answer, account) {
	s.revision++
	p.version = s.revision
	return answer{revision: s.revision, people: []person{p.shown()}}, s.with(p)
}

// shown returns the user without the balance, for results that do not contain it.
func (p person) shown() person {
	p.funds = 0
	return p
}
