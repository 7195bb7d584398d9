package pgstore

import (
	"context"
	"math"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/record"
	"github.com/ca74b63c/roster/storage/internal/sqlread"
	"github.com/ca74b63c/roster/storage/internal/sqlwrite"
	"github.com/ca74b63c/roster/user"
)

const near, many = 4, 1000

// ahead decides how many rows to read at once. A function that goes through users asks for them in
// the order of their ids.
type ahead struct{ last user.ID } // the last one that was read

// next returns how many rows to read from id on: many if id soon follows the last one.
func (a *ahead) next(id user.ID) int64 {
	if a.last > 0 && id > a.last && id-a.last <= near {
		return many
	}
	return 1
}

// selectUsers selects users with their balances, because a transfer needs both.
const selectUsers = "SELECT " + sqlread.UserColumns + `, b.units FROM roster_users AS u
	LEFT JOIN roster_balances AS b ON b.account = u.account AND b.holder = u.id
	WHERE u.account = $1 AND u.id >= $2 ORDER BY u.id LIMIT $3`

// FindUser implements sqlwrite.Engine. It returns nil without an error if there is no such user. It
// reads the database only if this Update and its group do not know the user. If calls come in
// ascending order of ids, it reads up to 1000 users at once. The caller must not change the result.
// Errors: the context's, errStale, and the engine's.
func (w *writer) FindUser(ctx context.Context, id user.ID) (*user.User, error) {
	known := w.group.known
	if u, ok := lookup(w.own.users, known.users, id); ok {
		return u, nil
	}
	if q, ok := known.sequences[storage.UserIDs]; ok && int64(id) > q.Row || known.beyond != 0 && id >= known.beyond {
		return nil, nil
	}
	most, read, last := w.ahead.next(id), int64(0), id
	// What is put but not sent stands in the maps, so there is no need to send it.
	err := w.peek(ctx, func(row sqlread.Row) error {
		var units *int64
		u, err := record.ScanUser(row, &units)
		if err != nil {
			return err
		}
		found := u.ID
		read, last = read+1, found
		h := balance.HolderOf(found)
		if _, newer := lookup(w.own.balances, known.balances, h); !newer {
			b := held{row: units != nil}
			if b.row {
				b.units = balance.Units(*units)
			}
			known.balances.set(h, b)
		}
		if _, newer := lookup(w.own.users, known.users, found); !newer {
			known.users.set(found, &u)
		}
		return nil
	}, selectUsers, w.account, int64(id), most)
	if err != nil {
		return nil, err
	}
	w.ahead.last = last
	if read < most && last < math.MaxInt64 && !w.saved { // what this transaction has sent may be undone
		known.beyond = last + 1
	}
	if _, ok := known.users[id]; !ok {
		known.users.set(id, nil)
	}
	return known.users[id], nil
}

func (w *writer) User(ctx context.Context, id user.ID) (user.User, error) {
	if err := w.Check(ctx); err != nil {
		return user.User{}, err
	}
	u, err := w.FindUser(ctx, id)
	switch {
	case err != nil:
		return user.User{}, w.Fail(ctx, err)
	case u == nil:
		return user.User{}, w.Missing()
	}
	return *u, nil
}

func (w *writer) UserByKey(ctx context.Context, k user.Key) (user.User, error) {
	if !k.Kind.Unique() || k.Value == "" {
		return w.reader.UserByKey(ctx, k)
	}
	if err := w.Check(ctx); err != nil {
		return user.User{}, err
	}
	owners, err := w.Owners(ctx, []user.Key{k})
	switch {
	case err != nil:
		return user.User{}, w.Fail(ctx, err)
	case owners[k] == 0:
		return user.User{}, w.Missing()
	}
	return w.User(ctx, owners[k])
}

// Owners implements sqlwrite.Engine. It returns the owners that this Update and the earlier Updates
// of its group know, and queries the database for the other keys. In an Update that creates users
// it may assume instead that the other keys are free (known.go). If a key is not free, the Update
// runs again. A key without an owner is missing in the map or has the id 0. Errors: the error of
// ctx, errStale, and the engine's.
func (w *writer) Owners(ctx context.Context, keys []user.Key) (map[user.Key]user.ID, error) {
	known := w.group.known
	owners := make(map[user.Key]user.ID, len(keys))
	var wanted []user.Key
	for _, k := range keys {
		if id, ok := lookup(w.own.owners, known.owners, k); ok {
			owners[k] = id
		} else {
			wanted = append(wanted, k)
		}
	}
	switch {
	case len(wanted) == 0:
		return owners, nil
	case w.births > 0 && !w.group.alone && w.group.conn != nil: // else a guess was wrong, or fn cannot run again
		for _, k := range wanted {
			w.own.owners.set(k, 0)
		}
		w.assumed = append(w.assumed, wanted...)
		return owners, nil
	}
	found, err := w.ownersOf(ctx, wanted)
	for _, k := range wanted {
		if owners[k] = found[k]; err == nil {
			known.owners.set(k, found[k])
		}
	}
	return owners, err
}

// ownersOf reads from the database which user owns each of the unique keys. A key without an owner
// is missing in the map. Errors: the context's, errStale, and the engine's.
func (w *writer) ownersOf(ctx context.Context, keys []user.Key) (map[user.Key]user.ID, error) {
	kinds, values := make([]string, len(keys)), make([]string, len(keys))
	for i, k := range keys {
		kinds[i], values[i] = k.Kind.String(), k.Value
	}
	found := make(map[user.Key]user.ID)
	return found, w.peek(ctx, func(row sqlread.Row) error {
		var kind, value string
		var id int64
		err := row.Scan(&kind, &value, &id)
		found[user.Key{Kind: keyKinds[kind], Value: value}] = user.ID(id)
		return err
	}, `SELECT k.kind, k.value, k.user_id FROM unnest($2::text[], $3::text[]) AS x (kind, value)
		JOIN roster_unique_keys AS k ON k.account = $1 AND k.kind = x.kind AND k.value = x.value`, w.account, kinds, values)
}

// keyKinds maps the names of unique key kinds to the kinds.
var keyKinds = map[string]user.KeyKind{
	user.KeyLogin.String(): user.KeyLogin, user.KeyPID.String(): user.KeyPID, user.KeyFullName.String(): user.KeyFullName,
}

// keyOf returns the unique key in a row of sqlwrite.UniqueKeys.
func keyOf(row []any) user.Key {
	return user.Key{Kind: keyKinds[row[0].(string)], Value: row[1].(string)}
}

// WriteUser implements sqlwrite.Engine. It keeps values, the row of user u, in memory, and counts u
// as a new user if no user with this id was known. It never returns an error.
func (w *writer) WriteUser(ctx context.Context, u user.User, values []any) error {
	if old, _ := lookup(w.own.users, w.group.known.users, u.ID); old == nil {
		w.births++
	}
	w.own.users.set(u.ID, &u)
	return w.Put(ctx, sqlwrite.Users, values...)
}

// PutText implements sqlwrite.Engine.
func (w *writer) PutText(ctx context.Context, id user.ID, folded string) error {
	return w.Put(ctx, sqlwrite.UserTexts, int64(id), folded, grams(w.account, folded))
}
