package bench

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	_ "modernc.org/sqlite"

	"github.com/ca74b63c/roster/user"
)

// lite keeps users in SQLite in memory, as a host would write it by hand. A row has the user as
// JSON, and a column for each attribute that a statement looks for. The statements are prepared
// once, and all use one connection. lite keeps logins unique and balances at 0 or more. It has no
// history of users.
type lite struct {
	db *sql.DB

	insertUser, insertMember, getUser, patch, listed, found, counted *sql.Stmt
	pay, receive, transfer, posting                                  *sql.Stmt
}

func newLite(tb testing.TB) *lite {
	tb.Helper()
	db, err := sql.Open("sqlite", ":memory:")
	must(tb, err)
	tb.Cleanup(func() { _ = db.Close() })
	db.SetMaxOpenConns(1) // a memory of its own each
	_, err = db.Exec(`CREATE TABLE users (id INTEGER PRIMARY KEY, login TEXT NOT NULL UNIQUE, email TEXT, phone TEXT,
			names TEXT, disabled INTEGER, roles TEXT, document TEXT NOT NULL);
		CREATE INDEX users_by_email ON users (email);
		CREATE INDEX users_by_phone ON users (phone);
		CREATE TABLE members (application INTEGER, user INTEGER, PRIMARY KEY (application, user)) WITHOUT ROWID;
		CREATE TABLE balances (holder INTEGER PRIMARY KEY, units INTEGER NOT NULL CHECK (units >= 0));
		CREATE TABLE transfers (id INTEGER PRIMARY KEY, amount INTEGER NOT NULL);
		CREATE TABLE postings (transfer INTEGER, position INTEGER, payee INTEGER, amount INTEGER, payer_after INTEGER,
			payee_after INTEGER, PRIMARY KEY (transfer, position)) WITHOUT ROWID`)
	must(tb, err)
	_, err = db.Exec("INSERT INTO balances VALUES (0, ?)", treasure)
	must(tb, err)
	l := &lite{db: db}
	for _, s := range []struct {
		stmt **sql.Stmt
		text string
	}{
		{&l.insertUser, `INSERT INTO users VALUES (?, ?, ?, ?, ?, ?, ?, ?)`},
		{&l.insertMember, `INSERT INTO members VALUES (?, ?)`},
		{&l.getUser, `SELECT document FROM users WHERE id = ?`},
		{&l.patch, `UPDATE users SET document = json_set(document, '$.capacity.maxChats', ?) WHERE id = ?`},
		{&l.listed, `SELECT document FROM members JOIN users ON users.id = members.user
			WHERE application = ? AND user > ? ORDER BY user LIMIT ?`},
		{&l.found, `SELECT count(*) FROM users WHERE instr(names, ?)`},
		{&l.counted, `SELECT count(*) FROM members JOIN users ON users.id = members.user
			WHERE application = ? AND NOT disabled AND instr(',' || roles || ',', ',' || ? || ',') > 0`},
		{&l.pay, `UPDATE balances SET units = units - ? WHERE holder = 0 RETURNING units`},
		{&l.receive, `INSERT INTO balances VALUES (?, ?)
			ON CONFLICT (holder) DO UPDATE SET units = units + excluded.units RETURNING units`},
		{&l.transfer, `INSERT INTO transfers (amount) VALUES (?)`},
		{&l.posting, `INSERT INTO postings VALUES (?, ?, ?, ?, ?, ?)`},
	} {
		*s.stmt, err = db.Prepare(s.text)
		must(tb, err)
	}
	return l
}

// insert adds users in one transaction.
func (l *lite) insert(users ...user.User) error {
	return l.within(func(tx *sql.Tx) error {
		in, member := tx.Stmt(l.insertUser), tx.Stmt(l.insertMember)
		for _, u := range users {
			document, err := json.Marshal(u)
			if err != nil {
				return err
			}
			names := searched(&u)
			_, err = in.Exec(u.ID, u.Identity.Login, u.Contact.Email, u.Contact.Phone, strings.Join(names[:], "\n"),
				u.Access.Disabled, u.Access.Roles.String(), string(document))
			if err != nil {
				return err
			}
			for a := range u.Access.Applications.All() {
				if _, err := member.Exec(a, u.ID); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

func (l *lite) within(do func(tx *sql.Tx) error) error {
	tx, err := l.db.BeginTx(context.Background(), nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	if err := do(tx); err != nil {
		return err
	}
	return tx.Commit()
}

func (l *lite) get(id user.ID) error {
	var document []byte
	if err := l.getUser.QueryRow(id).Scan(&document); err != nil {
		return err
	}
	return json.Unmarshal(document, &user.User{})
}

func (l *lite) setMaxChats(id user.ID, n int) error {
	_, err := l.patch.Exec(n, id)
	return err
}

// move takes units from the account to each of the others, and records it.
func (l *lite) move(units int64, to ...user.ID) error {
	return l.within(func(tx *sql.Tx) error {
		made, err := tx.Stmt(l.transfer).Exec(units)
		if err != nil {
			return err
		}
		id, err := made.LastInsertId()
		if err != nil {
			return err
		}
		pay, receive, posting := tx.Stmt(l.pay), tx.Stmt(l.receive), tx.Stmt(l.posting)
		var left int64
		if err := pay.QueryRow(units * int64(len(to))).Scan(&left); err != nil {
			return err
		}
		for i, payee := range to {
			var has int64
			if err := receive.QueryRow(payee, units).Scan(&has); err != nil {
				return err
			}
			after := left + units*int64(len(to)-i-1)
			if _, err := posting.Exec(id, i, payee, units, after, has); err != nil {
				return err
			}
		}
		return nil
	})
}

func (l *lite) page(a user.ApplicationID, after user.ID, n int) (page []user.User, err error) {
	rows, err := l.listed.Query(a, after, n)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	page = make([]user.User, 0, n)
	for rows.Next() {
		var document []byte
		if err := rows.Scan(&document); err != nil {
			return nil, err
		}
		page = append(page, user.User{})
		if err := json.Unmarshal(document, &page[len(page)-1]); err != nil {
			return nil, err
		}
	}
	return page, rows.Err()
}

func (l *lite) search(part string) (n int, err error) {
	err = l.found.QueryRow(part).Scan(&n)
	return n, err
}

func (l *lite) count(a user.ApplicationID) (n int, err error) {
	err = l.counted.QueryRow(a, string(user.Agent)).Scan(&n)
	return n, err
}

func (l *lite) balance(id user.ID) (units int64, err error) {
	err = l.db.QueryRow(fmt.Sprintf("SELECT units FROM balances WHERE holder = %d", id)).Scan(&units)
	return units, err
}
