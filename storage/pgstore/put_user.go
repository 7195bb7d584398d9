package pgstore

import (
	"context"
	"fmt"
	"math"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/facet"
	"github.com/ca74b63c/roster/storage/internal/record"
	"github.com/ca74b63c/roster/storage/internal/sqlread"
	"github.com/ca74b63c/roster/user"
)

// ahead says how many users to read at once: one at first, and many after a question for one of the
// next ids, because a function that goes through users asks for them in order.
type ahead struct{ last user.ID } // the last one that was read

const near, many = 4, 1000

// next returns how many users to read from id on.
func (a *ahead) next(id user.ID) int64 {
	if a.last > 0 && id > a.last && id-a.last <= near {
		return many
	}
	return 1
}

// selectUsers reads users with their balances, because a transfer asks for its users first.
const selectUsers = "SELECT " + sqlread.UserColumns + `, b.units FROM roster_users AS u
	LEFT JOIN roster_balances AS b ON b.account = u.account AND b.holder = u.id
	WHERE u.account = $1 AND u.id >= $2 ORDER BY u.id LIMIT $3`

// has takes over what was read of a balance, unless a newer one is known.
func (w *writer) has(h balance.Holder, units *int64) {
	known := w.group.known
	_, mine := w.own.balances[h]
	if _, ok := known.balances[h]; ok || mine {
		return
	}
	var b held
	if units != nil {
		b = held{balance.Units(*units), true}
	}
	known.balances.set(h, b)
}

// find returns a user, nil if there is none.
func (w *writer) find(ctx context.Context, id user.ID) (*user.User, error) {
	if u, ok := w.own.users[id]; ok {
		return u, nil
	}
	known := w.group.known
	if u, ok := known.users[id]; ok {
		return u, nil
	}
	if q, ok := known.sequences[storage.UserIDs]; ok && int64(id) > q.rows || known.beyond != 0 && id >= known.beyond {
		return nil, nil
	}
	most, read, last := w.ahead.next(id), int64(0), id
	// What is put but not sent stands in the maps, so there is no need to send it.
	err := w.look(ctx, func(row sqlread.Row) error {
		var units *int64
		u, err := sqlread.ScanUser(row, &units)
		if err != nil {
			return err
		}
		found := u.ID
		read, last = read+1, found
		w.has(balance.HolderOf(found), units)
		if _, newer := w.own.users[found]; newer {
			return nil
		}
		if _, newer := known.users[found]; newer {
			return nil
		}
		known.users.set(found, &u)
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
	u, err := w.find(ctx, id)
	switch {
	case err != nil:
		return user.User{}, w.Fail(ctx, err)
	case u == nil:
		return user.User{}, errMissing
	}
	return *u, nil
}

func (w *writer) UserByKey(ctx context.Context, k user.Key) (user.User, error) {
	if !k.Kind.Unique() || int(k.Kind) >= user.NumKeyKinds || k.Value == "" {
		return w.reader.UserByKey(ctx, k)
	}
	if err := w.Check(ctx); err != nil {
		return user.User{}, err
	}
	if err := w.owners(ctx, k); err != nil {
		return user.User{}, w.Fail(ctx, err)
	}
	id := w.owner(k)
	if id == 0 {
		return user.User{}, errMissing
	}
	return w.User(ctx, id)
}

// owner returns the user with a unique key, 0 for none. owners must have been called for the key.
func (w *writer) owner(k user.Key) user.ID {
	if id, ok := w.own.owners[k]; ok {
		return id
	}
	return w.group.known.owners[k]
}

// owners reads which users have the unique keys, as far as that is not known, or assumes that none
// has (assume.go).
func (w *writer) owners(ctx context.Context, keys ...user.Key) error {
	known := w.group.known
	var wanted []user.Key
	for _, k := range keys {
		_, mine := w.own.owners[k]
		if _, ok := known.owners[k]; !ok && !mine {
			wanted = append(wanted, k)
		}
	}
	switch {
	case len(wanted) == 0:
		return nil
	case w.assumes():
		w.assume(wanted)
		return nil
	}
	found, err := w.ownersOf(ctx, wanted)
	if err != nil {
		return err
	}
	for _, k := range wanted {
		known.owners.set(k, found[k])
	}
	return nil
}

// ownersOf reads which users have the unique keys.
func (w *writer) ownersOf(ctx context.Context, keys []user.Key) (map[user.Key]user.ID, error) {
	kinds, values := make([]string, len(keys)), make([]string, len(keys))
	for i, k := range keys {
		kinds[i], values[i] = k.Kind.String(), k.Value
	}
	found := make(map[user.Key]user.ID)
	return found, w.look(ctx, func(row sqlread.Row) error {
		var kind, value string
		var id int64
		err := row.Scan(&kind, &value, &id)
		found[user.Key{Kind: keyKinds[kind], Value: value}] = user.ID(id)
		return err
	}, `SELECT k.kind, k.value, k.user_id FROM unnest($2::text[], $3::text[]) AS x (kind, value)
		JOIN roster_unique_keys AS k ON k.account = $1 AND k.kind = x.kind AND k.value = x.value`, w.account, kinds, values)
}

// keyKinds are the kinds of unique keys by name.
var keyKinds = map[string]user.KeyKind{
	user.KeyLogin.String(): user.KeyLogin, user.KeyPID.String(): user.KeyPID, user.KeyFullName.String(): user.KeyFullName,
}

// PutUser writes the user's row, and of keys, sets and texts only what differs from before.
func (w *writer) PutUser(ctx context.Context, u user.User) error {
	if err := w.Check(ctx); err != nil {
		return err
	}
	if u.ID <= 0 {
		return w.Fail(ctx, fmt.Errorf("pgstore: user id %d: %w", u.ID, storage.ErrInvalid))
	}
	return w.Fail(ctx, w.putUser(ctx, u))
}

func (w *writer) putUser(ctx context.Context, u user.User) error {
	row, err := record.UserOf(u)
	if err != nil {
		return fmt.Errorf("pgstore: %w: %w", storage.ErrInvalid, err)
	}
	found, err := w.find(ctx, u.ID)
	if err != nil {
		return err
	}
	var old user.User
	var before user.Keys
	if found != nil {
		old = *found
		before = old.Keys()
	}
	if found == nil || !user.SameKeys(old, u) {
		if found == nil {
			w.births++
		}
		if err := w.putKeys(ctx, u.ID, before, u.Keys()); err != nil {
			return err
		}
	}
	w.putSets(old, u)
	w.putCustom(old, u)
	if found == nil || storage.SearchedTexts(old) != storage.SearchedTexts(u) {
		w.pending.texts.set(u.ID, record.SearchText(u))
	}
	w.pending.users.set(u.ID, row)
	w.own.users.set(u.ID, &u)
	w.used(storage.UserIDs, int64(u.ID))
	if u.ConfigVersion > w.raised {
		w.raised, w.pending.config = u.ConfigVersion, true
	}
	return nil
}

// putKeys checks first, so that what is refused has changed nothing.
func (w *writer) putKeys(ctx context.Context, id user.ID, before, after user.Keys) error {
	var taken []user.Key
	for k, value := range after {
		if kind := user.KeyKind(k); kind.Unique() && value != "" && value != before[k] {
			taken = append(taken, user.Key{Kind: kind, Value: value})
		}
	}
	if err := w.owners(ctx, taken...); err != nil {
		return err
	}
	for _, k := range taken {
		if owner := w.owner(k); owner != 0 && owner != id {
			return &storage.ExistsError{What: k.Kind.String(), ID: int64(owner)}
		}
	}
	put := func(k user.Key, is bool) {
		switch {
		case k.Value == "":
		case !k.Kind.Unique():
			w.pending.claims.set(claim{k, id}, is)
		case is:
			w.own.owners.set(k, id)
			w.pending.owners.set(k, id)
		default:
			w.own.owners.set(k, 0)
			w.pending.owners.set(k, 0)
		}
	}
	for k := range after {
		if kind := user.KeyKind(k); before[k] != after[k] {
			put(user.Key{Kind: kind, Value: before[k]}, false)
			put(user.Key{Kind: kind, Value: after[k]}, true)
		}
	}
	return nil
}

func (w *writer) putSets(old, u user.User) {
	had := make(map[facet.Member]bool)
	for m := range facet.Members(old) {
		had[m] = true
	}
	for m := range facet.Members(u) {
		if !had[m] {
			w.pending.members.set(membership{m, u.ID}, true)
		}
		delete(had, m)
	}
	for m := range had {
		w.pending.members.set(membership{m, u.ID}, false)
	}
}

func (w *writer) putCustom(old, u user.User) {
	if old.Custom.Equal(u.Custom) {
		return
	}
	for name, v := range old.Custom.All() {
		w.pending.custom.set(customValue{name, v.String(), u.ID}, false)
	}
	for name, v := range u.Custom.All() {
		w.pending.custom.set(customValue{name, v.String(), u.ID}, true)
	}
}
