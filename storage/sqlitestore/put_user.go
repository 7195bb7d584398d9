package sqlitestore

import (
	"context"
	"strings"

	"github.com/ca74b63c/roster/storage/internal/sqlread"
	"github.com/ca74b63c/roster/storage/internal/sqlwrite"
	"github.com/ca74b63c/roster/user"
)

var (
	userColumns = sqlwrite.Users.Columns() // the first of them are sqlread.UserColumns
	selectUser  = "SELECT " + strings.Join(userColumns, ", ") + " FROM roster_users WHERE account = ? AND id = ?"
)

// FindUser implements sqlwrite.Engine. It reads the user with the id. It returns nil without an
// error if there is no such user. It remembers the row that it read, so that a following WriteUser
// writes only the columns that differ.
func (w *writer) FindUser(_ context.Context, id user.ID) (*user.User, error) {
	stored, known, err := one(w.engine, selectUser, w.account, int64(id))
	if w.stored = stored; err != nil || !known {
		return nil, err
	}
	u, err := sqlread.ScanUser(stored)
	return &u, err
}

// WriteUser implements sqlwrite.Engine. It writes row as the row of user u. The caller must have
// called FindUser for the same user before. If FindUser found no user, WriteUser inserts the row.
// Otherwise it writes only the columns that differ from the stored row, because SQLite updates an
// index whenever a statement names one of its columns. It writes nothing if no column differs.
func (w *writer) WriteUser(ctx context.Context, u user.User, row []any) error {
	if w.stored == nil {
		return w.Put(ctx, sqlwrite.Users, row...)
	}
	values, err := w.values(row)
	if err != nil {
		return err
	}
	var set []string
	var args []any
	for i, v := range values[1:] {
		if v != w.stored[i] {
			set, args = append(set, userColumns[i]+" = ?"), append(args, v)
		}
	}
	if len(set) == 0 {
		return nil
	}
	_, err = w.engine.exec("UPDATE roster_users SET "+strings.Join(set, ", ")+" WHERE account = ? AND id = ?",
		append(args, w.account, int64(u.ID))...)
	return err
}

// Owners implements sqlwrite.Engine. It reads which user owns each of the unique keys. The map has
// no entry for a key that no user owns. After an error of the engine the map is nil.
func (w *writer) Owners(_ context.Context, keys []user.Key) (map[user.Key]user.ID, error) {
	owners := make(map[user.Key]user.ID)
	for _, k := range keys {
		v, ok, err := one(w.engine, "SELECT user_id FROM roster_unique_keys WHERE account = ? AND kind = ? AND value = ?",
			w.account, k.Kind.String(), k.Value)
		if err != nil {
			return nil, err
		}
		if ok {
			owners[k] = user.ID(v.number(0))
		}
	}
	return owners, nil
}

// PutText implements sqlwrite.Engine. It stores folded, the texts of the user with the id in folded
// form, so that searches find the user. It also replaces the user's earlier texts in the index of
// triples of characters. It writes nothing if folded is already stored. Errors: those of the
// engine.
func (w *writer) PutText(_ context.Context, id user.ID, folded string) error {
	key := []any{w.account, int64(id)}
	v, known, err := one(w.engine, "SELECT document, folded FROM roster_user_texts WHERE account = ? AND user_id = ?", key...)
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
		ON CONFLICT (account, user_id) DO UPDATE SET folded = excluded.folded RETURNING document`, append(key, folded)...)
	if err != nil {
		return err
	}
	_, err = w.engine.exec("INSERT INTO roster_user_grams (rowid, grams) VALUES (?, ?)", v.number(0), gramText(w.number, folded))
	return err
}
