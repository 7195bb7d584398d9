package storagetest

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/filled"
	"github.com/ca74b63c/roster/user"
)

// hostile has texts that storages often change or lose, because the texts break quoting, patterns,
// ordering or normalization. All are valid UTF-8 without NUL, as every text that a storage gets.
var hostile = []string{
	"plain",
	"\x01", "\x01control\x1f\x7f", "trailing\x01",
	`it's "quoted" \ and ; -- DROP TABLE users`, `%_\%\_`, `'`, "`", "${user_name}",
	"😀𝔸\U0010FFFF", "\uFFFD", "\u202Eright to left\u202C", "שלום", "\u0301combining first",
	"tab\tnewline\ncarriage\r", " leading and trailing ", "", "null", "NULL", "{}", "[]",
	"é", "e\u0301", "İstanbul", "ıstanbul", "STRASSE", "straße",
	strings.Repeat("long \x01😀", 64<<10/10),
}

// everyField returns a value of type T in which no field is zero; see filled.Of.
func everyField[T any](seed int) T {
	return filled.Of[T](seed*1009, hostile) // a prime, so that every field gets every hostile text
}

// moment returns a time in microseconds that is different for each n.
func moment(n int) time.Time {
	at := time.Date(2024, 2, 29, 23, 59, 58, 123456000, time.UTC).Add(time.Duration(n) * (time.Hour + time.Microsecond))
	return at.Truncate(time.Microsecond) // the product of a great n has wrapped around
}

// person returns a user with a key of every kind, derived from the name. The name must be a valid
// login.
func person(id user.ID, name string) user.User {
	return user.User{
		ID:       id,
		Version:  1,
		Identity: user.Identity{Login: name, PID: "pid-" + name, EmployeeID: "employee-" + name},
		Names:    user.Names{First: "First " + name, Last: "Last " + name, Full: "Full " + name, Display: "Display " + name},
		Contact: user.Contact{
			Email: name + "@example.com", Phone: fmt.Sprintf("+1212%07d", int64(id)%10_000_000), Mobile: "0542-123456",
		},
		Lifecycle: user.Lifecycle{Created: moment(int(id % 1000))},
	}
}

// people returns n test users with the ids first, first+1 and so on. The user with the id 7 has the
// login "name7".
func people(first user.ID, n int) []user.User {
	list := make([]user.User, n)
	for i := range list {
		id := first + user.ID(i)
		list[i] = person(id, fmt.Sprintf("name%d", id))
	}
	return list
}

// keyOf returns the user's key of a kind.
func keyOf(u user.User, k user.KeyKind) user.Key { return user.Key{Kind: k, Value: u.Keys()[k]} }

// keyKinds returns every kind of key that a user can have.
func keyKinds() []user.KeyKind {
	var kinds []user.KeyKind
	for k := 1; k < user.NumKeyKinds; k++ {
		kinds = append(kinds, user.KeyKind(k))
	}
	return kinds
}

// referenceKinds returns all kinds of reference data in ascending order.
func referenceKinds() []user.ReferenceKind {
	var kinds []user.ReferenceKind
	for k := user.ReferenceKind(1); k.Valid(); k++ {
		kinds = append(kinds, k)
	}
	return kinds
}

// ref returns a piece of reference data with the given kind, id and name. All other attributes are
// set to values that depend on the id.
func ref(k user.ReferenceKind, id int64, name string) user.Reference {
	r := everyField[user.Reference](int(id % 100))
	r.Kind, r.ID, r.Name = k, id, name
	return r
}

// ledger makes transfers whose balances follow from those before, as package balance plans them.
// Cases compare a storage with it.
type ledger struct {
	last     balance.TransferID
	balances map[balance.Holder]balance.Units
	posted   []balance.Transfer
}

func newLedger() *ledger { return &ledger{balances: make(map[balance.Holder]balance.Units)} }

// move appends a transfer of the given kind, with the next id, to the ledger l and returns the
// transfer. Each posting moves amount from the holder from to one of the other holders. Requested
// is -amount for money from a user to the account, and for money from the account to the world;
// otherwise it is amount.
func (l *ledger) move(kind balance.Kind, amount balance.Units, from balance.Holder, to ...balance.Holder) balance.Transfer {
	l.last++
	t := balance.Transfer{
		ID: l.last, Kind: kind, At: moment(int(l.last)), Actor: 7, Reason: "reason", Currency: "USD",
		Requested: money(amount), Strict: true, AccountDescription: "to ${user_name}", UserDescription: "a gift",
	}
	if kind == balance.Transferring && from != balance.Account || kind == balance.Funding && from == balance.Account {
		t.Requested = money(-amount) // money that goes the other way was asked for with a minus
	}
	for _, holder := range to {
		p := balance.Posting{From: from, To: holder, Amount: amount}
		p.FromAfter, p.ToAfter = l.add(from, -amount), l.add(holder, amount)
		if id, ok := p.User(); ok {
			p.Name = fmt.Sprintf("name%d", id)
		}
		t.Postings = append(t.Postings, p)
	}
	l.posted = append(l.posted, t)
	return t
}

// fund appends a transfer from the world to the account, and returns the transfer.
func (l *ledger) fund(amount balance.Units) balance.Transfer {
	return l.move(balance.Funding, amount, balance.World, balance.Account)
}

// pay appends a transfer of amount from the account to each of the users, and returns the transfer.
func (l *ledger) pay(amount balance.Units, to ...balance.Holder) balance.Transfer {
	return l.move(balance.Transferring, amount, balance.Account, to...)
}

// returnAll appends a transfer of the kind Returning to the ledger l and returns the transfer. Its
// postings move the whole balance of each user to the account.
func (l *ledger) returnAll(users ...balance.Holder) balance.Transfer {
	t := l.move(balance.Returning, 0, balance.Account)
	t.Requested, t.AccountDescription, t.UserDescription = balance.Money{}, "from ${user_name}", "left"
	for _, user := range users {
		p := balance.Posting{From: user, To: balance.Account, Amount: l.balances[user], Name: fmt.Sprint("name", user)}
		p.FromAfter, p.ToAfter = l.add(user, -p.Amount), l.add(balance.Account, p.Amount)
		t.Postings = append(t.Postings, p)
	}
	return l.instead(t)
}

// instead replaces the transfer of the ledger that has the same id as t by t. It returns t.
func (l *ledger) instead(t balance.Transfer) balance.Transfer {
	for i := range l.posted {
		if l.posted[i].ID == t.ID {
			l.posted[i] = t
		}
	}
	return t
}

func (l *ledger) add(h balance.Holder, delta balance.Units) balance.Units {
	if h == balance.World {
		return 0
	}
	l.balances[h] += delta
	return l.balances[h]
}

// statement returns the entries of a holder in the ledger, newest first.
func (l *ledger) statement(h balance.Holder) []balance.Entry {
	var list []balance.Entry
	for _, t := range l.posted {
		list = slices.AppendSeq(list, t.Entries(h))
	}
	slices.Reverse(list)
	return list
}

func money(u balance.Units) balance.Money {
	m, err := balance.FromUnits(u, "USD")
	if err != nil {
		panic(err) // not reached: the suite's amounts are in range
	}
	return m
}

// change returns a change record of an update of the user with the id.
func change(id user.ID, detail string) storage.Change {
	return storage.Change{
		At: moment(1), Type: storage.UserUpdated, Actor: 9, Reason: "asked", UserID: id,
		Diff: user.Diff(person(id, "before"), person(id, "after")), Detail: detail,
	}
}

// creation returns a change record of the creation of the user u.
func creation(u user.User) storage.Change {
	return storage.Change{
		At: moment(1), Type: storage.UserCreated, Actor: 9, Reason: "asked", UserID: u.ID, Created: &u,
	}
}

// extremes are ids at the limits of integer types.
var extremes = []int64{
	1, 2, 255, 256, math.MaxInt32, math.MaxInt32 + 1, math.MaxUint32 + 1, 1 << 53, 1<<53 + 1, math.MaxInt64 - 1, math.MaxInt64,
}
