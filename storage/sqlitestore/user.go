package sqlitestore

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/facet"
	"github.com/ca74b63c/roster/storage/internal/record"
	"github.com/ca74b63c/roster/storage/internal/sqlread"
	"github.com/ca74b63c/roster/user"
)

// userColumns are the columns of roster_users behind the account, in the order of userValues. The
// first of them are sqlread.UserColumns.
var userColumns = [...]string{
	"id", "version", "login", "display_name", "email", "phone", "kind", "api_user", "roles", "status", "enabled",
	"parent_accounting", "created_at", "updated_at", "deleted_at", "attributes", "login_key", "display_key",
}

var (
	allOfUser  = strings.Join(userColumns[:], ", ")
	selectUser = "SELECT " + allOfUser + " FROM roster_users WHERE account = ? AND id = ?"
	insertUser = "INSERT INTO roster_users (account, " + allOfUser + ") VALUES (?" + strings.Repeat(", ?", len(userColumns)) + ")"
)

// userValues returns a user as its columns have it.
func userValues(u user.User) ([]any, error) {
	r, err := record.UserOf(u)
	if err != nil {
		return nil, err
	}
	roles, err := json.Marshal(r.Roles)
	return []any{
		r.ID, r.Version, r.Login, r.DisplayName, r.Email, r.Phone, r.Kind, flag(r.APIUser), string(roles), r.Status,
		flag(r.Enabled), flag(r.ParentAccounting), instant(r.Created), instant(r.Updated), instant(r.Deleted),
		string(r.Attributes), r.LoginKey, r.DisplayKey,
	}, err
}

// PutUser writes the columns, keys, sets and texts that differ from what is stored.
func (w *writer) PutUser(ctx context.Context, u user.User) error {
	if err := w.checkWrite(ctx); err != nil {
		return err
	}
	if u.ID <= 0 {
		return w.Fail(ctx, fmt.Errorf("sqlitestore: user id %d: %w", u.ID, storage.ErrInvalid))
	}
	return w.Fail(ctx, w.putUser(ctx, u))
}

func (w *writer) putUser(ctx context.Context, u user.User) error {
	values, err := userValues(u)
	if err != nil {
		return fmt.Errorf("sqlitestore: %w", err)
	}
	stored, known, err := one(w.engine, selectUser, w.account, int64(u.ID))
	if err != nil {
		return err
	}
	var old user.User
	if known {
		if old, err = sqlread.ScanUser(stored); err == nil {
			err = w.updateUser(u.ID, stored, values)
		}
	} else {
		_, err = w.engine.exec(insertUser, slices.Concat([]any{w.account}, values)...)
	}
	if err != nil {
		return err
	}
	w.counts.Used(storage.UserIDs, int64(u.ID))
	w.counts.Raise(u.ConfigVersion)
	if err := w.putEntries(u.ID, entriesOf(old), entriesOf(u)); err != nil {
		return err
	}
	if known && storage.SearchedTexts(old) == storage.SearchedTexts(u) {
		return nil
	}
	return w.putTexts(u)
}

// updateUser writes the columns that differ. An index is written only if one of its columns does.
func (w *writer) updateUser(id user.ID, stored row, values []any) error {
	var set []string
	var args []any
	for i, v := range values {
		if v != stored[i] {
			set, args = append(set, userColumns[i]+" = ?"), append(args, v)
		}
	}
	if len(set) == 0 {
		return nil
	}
	_, err := w.engine.exec("UPDATE roster_users SET "+strings.Join(set, ", ")+" WHERE account = ? AND id = ?",
		append(args, w.account, int64(id))...)
	return err
}

// entry is what a user is found by: a row of a table of keys, of roster_user_sets or of
// roster_user_custom.
type entry struct {
	table, column, name string
	value               any
}

// entriesOf returns what a user is found by. A user without an id is found by nothing.
func entriesOf(u user.User) (list []entry) {
	if u.ID == 0 {
		return nil
	}
	for k, value := range u.Keys() {
		if kind := user.KeyKind(k); value != "" {
			list = append(list, entry{sqlread.KeyTable(kind), "kind", kind.String(), value})
		}
	}
	for m := range facet.Members(u) {
		list = append(list, entry{"roster_user_sets", "name", record.SetName(m.Set), m.Value})
	}
	for name, v := range u.Custom.All() {
		list = append(list, entry{"roster_user_custom", "name", name, v.String()})
	}
	return list
}

func (w *writer) putEntries(id user.ID, before, after []entry) error {
	for _, e := range before {
		if slices.Contains(after, e) {
			continue
		}
		if _, err := w.engine.exec("DELETE FROM "+e.table+" WHERE account = ? AND "+e.column+" = ? AND value = ? AND user_id = ?",
			w.account, e.name, e.value, int64(id)); err != nil {
			return err
		}
	}
	for _, e := range after {
		if slices.Contains(before, e) {
			continue
		}
		_, err := w.engine.exec("INSERT INTO "+e.table+" (account, "+e.column+", value, user_id) VALUES (?, ?, ?, ?)",
			w.account, e.name, e.value, int64(id))
		if isConstraint(err) {
			err = w.taken(err, e.name, "SELECT user_id FROM "+e.table+" WHERE account = ? AND "+e.column+" = ? AND value = ?",
				w.account, e.name, e.value)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// putTexts keeps the texts in which searches look, and their triples.
func (w *writer) putTexts(u user.User) error {
	folded := record.SearchText(u)
	id := []any{w.account, int64(u.ID)}
	v, known, err := one(w.engine, "SELECT document, folded FROM roster_user_texts WHERE account = ? AND user_id = ?", id...)
	if err != nil || known && v.text(1) == folded {
		return err
	}
	if known { // an index that keeps no text has to be told what it forgets
		if _, err := w.engine.exec("INSERT INTO roster_user_grams (roster_user_grams, rowid, grams) VALUES ('delete', ?, ?)",
			v.number(0), gramText(w.number, v.text(1))); err != nil {
			return err
		}
	}
	v, _, err = one(w.engine, `INSERT INTO roster_user_texts (account, user_id, folded, document)
		VALUES (?, ?, ?, (SELECT ifnull(max(document), 0) + 1 FROM roster_user_texts))
		ON CONFLICT (account, user_id) DO UPDATE SET folded = excluded.folded RETURNING document`, append(id, folded)...)
	if err != nil {
		return err
	}
	_, err = w.engine.exec("INSERT INTO roster_user_grams (rowid, grams) VALUES (?, ?)", v.number(0), gramText(w.number, folded))
	return err
}
