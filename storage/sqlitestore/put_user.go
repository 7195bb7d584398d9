package sqlitestore

import (
	"context"
	"fmt"
	"slices"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/codec"
	"github.com/ca74b63c/roster/storage/internal/facet"
	"github.com/ca74b63c/roster/user"
)

const upsertUser = `INSERT INTO roster_users
	(account, id, deleted, enabled, api_user, parent_accounting, kind, status, roles, login, display, body)
	VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
	ON CONFLICT (account, id) DO UPDATE SET deleted = excluded.deleted, enabled = excluded.enabled,
	api_user = excluded.api_user, parent_accounting = excluded.parent_accounting, kind = excluded.kind,
	status = excluded.status, roles = excluded.roles, login = excluded.login, display = excluded.display,
	body = excluded.body`

// updateBody is for a user of whom nothing changed that stands in a column: it touches no index.
const updateBody = "UPDATE roster_users SET body = ? WHERE account = ? AND id = ?"

// PutUser writes the user's row, and of what he is found by only what differs from before.
func (w *writer) PutUser(ctx context.Context, u user.User) error {
	if err := w.writable(ctx); err != nil {
		return err
	}
	if u.ID <= 0 {
		return w.noted(ctx, fmt.Errorf("sqlitestore: user id %d: %w", u.ID, storage.ErrInvalid))
	}
	return w.noted(ctx, w.putUser(ctx, u))
}

func (w *writer) putUser(ctx context.Context, u user.User) error {
	var old user.User
	v, known, err := one(ctx, w.engine, selectUser, w.account, int64(u.ID))
	if err == nil && known {
		old, err = codec.DecodeUser(data(v[0]))
	}
	if err != nil {
		return err
	}
	// Keys are checked before anything is written, so that what is refused has changed nothing.
	var before, after user.Keys
	if keys := !known || !user.SameKeys(old, u); keys {
		if known {
			before = old.Keys()
		}
		after = u.Keys()
		if err := w.free(ctx, u.ID, before, after); err != nil {
			return err
		}
	}
	if err := w.putRow(old, u, known); err != nil {
		return err
	}
	if err := w.putKeys(u.ID, before, after); err != nil {
		return err
	}
	if err := w.putSets(old, u); err != nil {
		return err
	}
	w.used(storage.UserIDs, int64(u.ID))
	w.raised = max(w.raised, u.ConfigVersion)
	return w.putTexts(ctx, old, u, known)
}

// columns are what stands in a user's row beside the body.
type columns struct {
	deleted, enabled, apiUser, parentAccounting, kind, status, roles int64
	login, display                                                   string
}

func columnsOf(u user.User) columns {
	return columns{
		bit(!u.Live()), bit(u.Enabled()), bit(u.Identity.APIUser), bit(u.Billing.ParentAccounting),
		int64(u.Identity.Kind), int64(u.Presence.Status), int64(u.Access.Roles),
		storage.ByLogin.Key(u), storage.ByDisplayName.Key(u),
	}
}

func (w *writer) putRow(old, u user.User, known bool) error {
	body, c := codec.AppendUser(nil, u), columnsOf(u)
	if known && c == columnsOf(old) {
		_, err := w.engine.exec(updateBody, body, w.account, int64(u.ID))
		return err
	}
	_, err := w.engine.exec(upsertUser, w.account, int64(u.ID), c.deleted, c.enabled, c.apiUser, c.parentAccounting,
		c.kind, c.status, c.roles, blob(c.login), blob(c.display), body)
	return err
}

// free returns an *ExistsError for the first unique key that another user claims.
func (w *writer) free(ctx context.Context, id user.ID, before, after user.Keys) error {
	for k, value := range after {
		kind := user.KeyKind(k)
		if !kind.Unique() || value == "" || value == before[k] {
			continue
		}
		v, ok, err := one(ctx, w.engine, "SELECT user FROM roster_unique_keys WHERE account = ? AND kind = ? AND value = ?",
			w.account, int64(k), blob(value))
		if err != nil {
			return err
		}
		if ok && number(v[0]) != int64(id) {
			return &storage.ExistsError{What: kind.String(), ID: number(v[0])}
		}
	}
	return nil
}

func (w *writer) putKeys(id user.ID, before, after user.Keys) error {
	for k := range after {
		if before[k] == after[k] {
			continue
		}
		table := keyTable(user.KeyKind(k))
		if before[k] != "" {
			if _, err := w.engine.exec("DELETE FROM "+table+" WHERE account = ? AND kind = ? AND value = ? AND user = ?",
				w.account, int64(k), blob(before[k]), int64(id)); err != nil {
				return err
			}
		}
		if after[k] != "" {
			if _, err := w.engine.exec("INSERT INTO "+table+" (account, kind, value, user) VALUES (?, ?, ?, ?)",
				w.account, int64(k), blob(after[k]), int64(id)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *writer) putSets(old, u user.User) error {
	before, after := slices.Collect(facet.Members(old)), slices.Collect(facet.Members(u))
	if slices.Equal(before, after) {
		return nil
	}
	for _, m := range before {
		if !slices.Contains(after, m) {
			if _, err := w.engine.exec("DELETE FROM roster_user_sets WHERE account = ? AND name = ? AND value = ? AND user = ?",
				w.account, int64(m.Set), m.Value, int64(u.ID)); err != nil {
				return err
			}
		}
	}
	for _, m := range after {
		if !slices.Contains(before, m) {
			if _, err := w.engine.exec("INSERT INTO roster_user_sets (account, name, value, user) VALUES (?, ?, ?, ?)",
				w.account, int64(m.Set), m.Value, int64(u.ID)); err != nil {
				return err
			}
		}
	}
	return nil
}

// putTexts keeps the texts that searches look in, and their triples.
func (w *writer) putTexts(ctx context.Context, old, u user.User, known bool) error {
	if known && storage.SearchedTexts(old) == storage.SearchedTexts(u) {
		return nil
	}
	after := facet.SearchText(u)
	if !known {
		number, err := w.nextDocument(ctx)
		if err != nil {
			return err
		}
		if _, err := w.engine.exec("INSERT INTO roster_user_texts (account, user, document, folded) VALUES (?, ?, ?, ?)",
			w.account, int64(u.ID), number, blob(after)); err != nil {
			return err
		}
		return w.index(number, after)
	}
	before := facet.SearchText(old)
	if before == after {
		return nil
	}
	v, ok, err := one(ctx, w.engine, "SELECT document FROM roster_user_texts WHERE account = ? AND user = ?",
		w.account, int64(u.ID))
	if err != nil || !ok {
		return err
	}
	// An index without texts of its own has to be told what it forgets.
	if _, err := w.engine.exec("INSERT INTO roster_user_grams (roster_user_grams, rowid, grams) VALUES ('delete', ?, ?)",
		number(v[0]), document(w.account, before)); err != nil {
		return err
	}
	if _, err := w.engine.exec("UPDATE roster_user_texts SET folded = ? WHERE account = ? AND user = ?",
		blob(after), w.account, int64(u.ID)); err != nil {
		return err
	}
	return w.index(number(v[0]), after)
}

func (w *writer) index(number int64, folded string) error {
	_, err := w.engine.exec("INSERT INTO roster_user_grams (rowid, grams) VALUES (?, ?)",
		number, document(w.account, folded))
	return err
}

func (w *writer) nextDocument(ctx context.Context) (int64, error) {
	if w.documents == 0 {
		v, _, err := one(ctx, w.engine, "SELECT max(document) FROM roster_user_texts")
		if err != nil {
			return 0, err
		}
		w.documents = number(v[0])
	}
	w.documents++
	return w.documents, nil
}
