package bench

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"testing"

	_ "modernc.org/sqlite"

	"github.com/ca74b63c/roster/user"
)

// lite is what a careful hand would write on SQLite in memory: a column for each attribute, five
// indexes, statements that are prepared once, one connection. It checks what the engine checks for
// it. It has no history of users.
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
	var definitions, names []string
	for _, c := range columns {
		name, _, _ := strings.Cut(c.name, " ")
		definitions, names = append(definitions, c.name), append(names, name)
	}
	all := strings.Join(names, ", ")
	_, err = db.Exec(`CREATE TABLE users (` + strings.Join(definitions, ", ") + `);
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
		{&l.insertUser, `INSERT INTO users (` + all + `) VALUES (?` + strings.Repeat(", ?", len(columns)-1) + `)`},
		{&l.insertMember, `INSERT INTO members VALUES (?, ?)`},
		{&l.getUser, `SELECT ` + all + ` FROM users WHERE id = ?`},
		{&l.patch, `UPDATE users SET max_chats = ?, version = version + 1 WHERE id = ?`},
		{&l.listed, `SELECT ` + all + ` FROM members JOIN users ON users.id = members.user
			WHERE application = ? AND user > ? ORDER BY user LIMIT ?`},
		{&l.found, `SELECT count(*) FROM users WHERE instr(login, ?1) OR instr(display_name, ?1) OR instr(first_name, ?1)
			OR instr(last_name, ?1) OR instr(full_name, ?1) OR instr(email, ?1) OR instr(phone, ?1) OR instr(mobile, ?1)`},
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
			if _, err := in.Exec(row(&u)...); err != nil {
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
	var u user.User
	return l.getUser.QueryRow(id).Scan(row(&u)...)
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
		page = append(page, user.User{})
		if err := rows.Scan(row(&page[len(page)-1])...); err != nil {
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
