package bench

import (
	"fmt"
	"testing"

	"github.com/hashicorp/go-memdb"

	"github.com/ca74b63c/roster/user"
)

// plain is what a host writes on go-memdb without roster: one table of users with five indexes (id,
// login, email, phone, application) and one table of balances with a row for each holder.
//
//   - It keeps the same user values as roster, with the same texts.
//   - Each write is one transaction. A row is replaced, never changed, as go-memdb requires.
//   - The indexers are go-memdb's own, which read a field by reflection.
//   - A search reads every row. A total reads the rows of an index, or every row: scan.
//   - A read returns the row itself, not a copy.
//
// It does less than roster. It does not validate, check permissions, refuse a login that is taken
// or a balance below zero, keep versions, or record a history.
type plain struct{ db *memdb.MemDB }

// plainRow is a user. The fields after it are those of the indexes, because go-memdb's indexers
// read fields of the row. Their texts share memory with the user's.
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
func (p *plain) insert(users ...user.User) error {
	txn := p.db.Txn(true)
	defer txn.Abort()
	for _, u := range users {
		row := &plainRow{User: u, Login: u.Identity.Login, Email: u.Contact.Email, Phone: u.Contact.Phone}
		for a := range u.Access.Applications.All() {
			row.Application = int64(a)
		}
		if err := txn.Insert("user", row); err != nil {
			return err
		}
	}
	txn.Commit()
	return nil
}

func (p *plain) get(id user.ID) error {
	found, err := p.db.Txn(false).First("user", "id", id)
	if err != nil || found == nil || found.(*plainRow).ID != id {
		return fmt.Errorf("no user %d: %w", id, err)
	}
	return nil
}

// setMaxChats changes one attribute, which is in no index.
func (p *plain) setMaxChats(id user.ID, n int) error {
	txn := p.db.Txn(true)
	defer txn.Abort()
	found, err := txn.First("user", "id", id)
	if err != nil {
		return err
	}
	row := *found.(*plainRow)
	row.Capacity.MaxChats = n
	if err := txn.Insert("user", &row); err != nil {
		return err
	}
	txn.Commit()
	return nil
}

// move takes units from holder 0 to each of the others in one transaction. It reads and writes one
// narrow row for each holder.
func (p *plain) move(units int64, to ...user.ID) error {
	txn := p.db.Txn(true)
	defer txn.Abort()
	add := func(holder, units int64) error {
		row := &plainBalance{Holder: holder, Units: units}
		found, err := txn.First("balance", "id", holder)
		if err != nil {
			return err
		}
		if found != nil {
			row.Units += found.(*plainBalance).Units
		}
		return txn.Insert("balance", row)
	}
	if err := add(0, -units*int64(len(to))); err != nil {
		return err
	}
	for _, id := range to {
		if err := add(int64(id), units); err != nil {
			return err
		}
	}
	txn.Commit()
	return nil
}

// search counts the users with a part of a name. It reads every row and does not fold case.
func (p *plain) search(part string) (int, error) {
	return p.scan(func(u *user.User) bool { return named(u, part) })
}

// scan counts the users that match. It reads every row.
func (p *plain) scan(match func(*user.User) bool) (n int, err error) {
	rows, err := p.db.Txn(false).Get("user", "id")
	if err != nil {
		return 0, err
	}
	for row := rows.Next(); row != nil; row = rows.Next() {
		if match(&row.(*plainRow).User) {
			n++
		}
	}
	return n, nil
}

// count counts the enabled agents of an application. It reads the rows of the application.
func (p *plain) count(a user.ApplicationID) (n int, err error) {
	rows, err := p.db.Txn(false).Get("user", "application", a)
	if err != nil {
		return 0, err
	}
	for row := rows.Next(); row != nil; row = rows.Next() {
		if u := &row.(*plainRow).User; u.Enabled() && u.Access.Roles.Has(user.Agent) {
			n++
		}
	}
	return n, nil
}

// page returns up to n users of an application whose ids follow after. It reads the application's
// rows from the first one, because an iterator over an index value begins there.
func (p *plain) page(a user.ApplicationID, after user.ID, n int) ([]user.User, error) {
	rows, err := p.db.Txn(false).Get("user", "application", a)
	if err != nil {
		return nil, err
	}
	page := make([]user.User, 0, n)
	for row := rows.Next(); row != nil && len(page) < n; row = rows.Next() {
		if u := &row.(*plainRow).User; u.ID > after {
			page = append(page, *u)
		}
	}
	return page, nil
}

func (p *plain) balance(id user.ID) (int64, error) {
	found, err := p.db.Txn(false).First("balance", "id", int64(id))
	if err != nil || found == nil {
		return 0, err
	}
	return found.(*plainBalance).Units, nil
}
