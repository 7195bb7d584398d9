package bench

import (
	"strings"
	"testing"

	"github.com/hashicorp/go-memdb"

	"github.com/ca74b63c/roster/user"
)

// plain is what a host would write without roster: rows of go-memdb, the user in five indexes, the balances in one. It
// checks nothing, records nothing, and hands out its own pointers. Its indexers are go-memdb's own.
type plain struct{ db *memdb.MemDB }

// plainRow is a user, with what is indexed at the top, where go-memdb's indexers look for it. Texts are shared with the
// user, so a row is little larger than he is.
type plainRow struct {
	user.User
	Login, Email, Phone string
	Application         int64
}

type plainBalance struct{ Holder, Units int64 }

func newPlain(tb testing.TB) *plain {
	tb.Helper()
	db, err := memdb.NewMemDB(&memdb.DBSchema{Tables: map[string]*memdb.TableSchema{
		"user": {Name: "user", Indexes: map[string]*memdb.IndexSchema{
			"id":          {Name: "id", Unique: true, Indexer: &memdb.IntFieldIndex{Field: "ID"}},
			"login":       {Name: "login", Unique: true, Indexer: &memdb.StringFieldIndex{Field: "Login"}},
			"email":       {Name: "email", Indexer: &memdb.StringFieldIndex{Field: "Email"}},
			"phone":       {Name: "phone", Indexer: &memdb.StringFieldIndex{Field: "Phone"}},
			"application": {Name: "application", Indexer: &memdb.IntFieldIndex{Field: "Application"}},
		}},
		"balance": {Name: "balance", Indexes: map[string]*memdb.IndexSchema{
			"id": {Name: "id", Unique: true, Indexer: &memdb.IntFieldIndex{Field: "Holder"}},
		}},
	}})
	must(tb, err)
	return &plain{db}
}

// insert adds users in one transaction.
func (p *plain) insert(tb testing.TB, users ...user.User) {
	txn := p.db.Txn(true)
	defer txn.Abort()
	for _, u := range users {
		row := &plainRow{User: u, Login: u.Identity.Login, Email: u.Contact.Email, Phone: u.Contact.Phone}
		for a := range u.Access.Applications.All() {
			row.Application = int64(a)
		}
		must(tb, txn.Insert("user", row))
	}
	txn.Commit()
}

func (p *plain) get(tb testing.TB, id user.ID) *plainRow {
	found, err := p.db.Txn(false).First("user", "id", id)
	must(tb, err)
	return found.(*plainRow)
}

// setMaxChats changes one attribute that no index has.
func (p *plain) setMaxChats(tb testing.TB, id user.ID, n int) {
	txn := p.db.Txn(true)
	defer txn.Abort()
	found, err := txn.First("user", "id", id)
	must(tb, err)
	row := *found.(*plainRow)
	row.Capacity.MaxChats = n
	must(tb, txn.Insert("user", &row))
	txn.Commit()
}

// move takes units from holder 0 to each of the others, in one transaction: one narrow row read and written for each.
func (p *plain) move(tb testing.TB, units int64, to ...user.ID) {
	txn := p.db.Txn(true)
	defer txn.Abort()
	add := func(holder, units int64) {
		row := &plainBalance{Holder: holder, Units: units}
		found, err := txn.First("balance", "id", holder)
		must(tb, err)
		if found != nil {
			row.Units += found.(*plainBalance).Units
		}
		must(tb, txn.Insert("balance", row))
	}
	add(0, -units*int64(len(to)))
	for _, id := range to {
		add(int64(id), units)
	}
	txn.Commit()
}

// search looks for a part of a name the only way that rows allow: at every row. It does not even fold case.
func (p *plain) search(tb testing.TB, part string) (n int) {
	p.each(tb, func(u *user.User) {
		for _, text := range texts(u) {
			if strings.Contains(text, part) {
				n++
				return
			}
		}
	})
	return n
}

// count counts the enabled agents of an application.
func (p *plain) count(tb testing.TB, a user.ApplicationID) (n int) {
	p.each(tb, func(u *user.User) {
		if u.Enabled() && u.Access.Applications.Has(a) && u.Access.Roles.Has(user.Agent) {
			n++
		}
	})
	return n
}

func (p *plain) each(tb testing.TB, see func(*user.User)) {
	rows, err := p.db.Txn(false).Get("user", "id")
	must(tb, err)
	for row := rows.Next(); row != nil; row = rows.Next() {
		see(&row.(*plainRow).User)
	}
}

// countByIndex is count for who has an index on applications and the patience to use it.
func (p *plain) countByIndex(tb testing.TB, a user.ApplicationID) (n int) {
	rows, err := p.db.Txn(false).Get("user", "application", a)
	must(tb, err)
	for row := rows.Next(); row != nil; row = rows.Next() {
		if u := &row.(*plainRow).User; u.Enabled() && u.Access.Roles.Has(user.Agent) {
			n++
		}
	}
	return n
}

// page returns up to n users of an application whose ids follow after. An iterator over one application begins at its
// first user.
func (p *plain) page(tb testing.TB, a user.ApplicationID, after user.ID, n int) (page []user.User) {
	rows, err := p.db.Txn(false).Get("user", "application", a)
	must(tb, err)
	page = make([]user.User, 0, n)
	for row := rows.Next(); row != nil && len(page) < n; row = rows.Next() {
		if u := &row.(*plainRow).User; u.ID > after {
			page = append(page, *u)
		}
	}
	return page
}

func (p *plain) balance(tb testing.TB, id user.ID) int64 {
	found, err := p.db.Txn(false).First("balance", "id", int64(id))
	must(tb, err)
	return found.(*plainBalance).Units
}
