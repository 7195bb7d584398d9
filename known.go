package roster

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// referenceWindow is a part of the reference data of one kind that a transaction has read: every
// piece with an id from from to to. A rule asks for ids one by one, and the users of one call
// often have the same ids, so one read serves most of them.
type referenceWindow struct {
	kind     user.ReferenceKind
	from, to int64
	pieces   []user.Reference // in ascending order of id
}

// firstPieces is how many pieces the first read of a kind takes. Most accounts have no more.
const firstPieces = 32

// cachedReference returns the reference data of the kind k with the given id, whether the account
// has it (known), and whether the account has data of the kind at all (any). If the storage fails,
// both are false and the error is in s.unread, which the caller must return.
func (s *readTx) cachedReference(ctx context.Context, k user.ReferenceKind, id int64) (ref user.Reference, known, any bool) {
	first := s.window(ctx, k, firstPieces, func(w referenceWindow) bool { return w.kind == k }, 0)
	if first == nil || id <= 0 {
		return ref, false, first != nil && len(first.pieces) > 0
	}
	any = len(first.pieces) > 0
	around := func(w referenceWindow) bool { return w.kind == k && w.from <= id && id <= w.to }
	w := s.window(ctx, k, storage.MaxPage, around, id-1)
	if w == nil {
		return ref, false, false
	}
	at, known := slices.BinarySearchFunc(w.pieces, id, func(r user.Reference, id int64) int { return cmp.Compare(r.ID, id) })
	if known {
		ref = w.pieces[at]
	}
	return ref, known, any
}

// window returns the first part of the reference data in s.refs for which wanted returns true. If
// there is none, it reads a new part from the storage and adds the part to s.refs: at most limit
// pieces of the kind k, with ids greater than after. If the storage fails, it sets s.unread and
// returns nil.
func (s *readTx) window(
	ctx context.Context, k user.ReferenceKind, limit int, wanted func(referenceWindow) bool, after int64,
) *referenceWindow {
	if i := slices.IndexFunc(s.refs, wanted); i >= 0 {
		return &s.refs[i]
	}
	list, err := s.References(ctx, k, after, limit)
	if err != nil {
		s.unread = firstOf(s.unread, err)
		return nil
	}
	w := referenceWindow{kind: k, from: after + 1, to: math.MaxInt64, pieces: list}
	if len(list) == limit {
		w.to = list[limit-1].ID
	}
	s.refs = append(s.refs, w)
	return &s.refs[len(s.refs)-1]
}

// profiles returns a function. For the id of a profile, the function returns the profile and true,
// or false if the account does not have it. If the storage fails, the function sets s.unread and
// returns false.
func (s *readTx) profiles(ctx context.Context) func(user.ProfileID) (user.Profile, bool) {
	return func(id user.ProfileID) (user.Profile, bool) {
		ref, known, _ := s.cachedReference(ctx, user.ReferenceProfile, int64(id))
		return ref.Profile, known
	}
}

// customSchema returns the custom attributes that the settings of the account define. It reads the
// settings once in a transaction. If this fails, it sets s.unread and returns an empty schema.
func (s *readTx) customSchema(ctx context.Context) user.CustomSchema {
	if s.schema == nil {
		account, err := s.Account(ctx)
		if err != nil {
			s.unread = firstOf(s.unread, err)
		}
		s.schema = &account.CustomAttributes
	}
	return *s.schema
}

// settingCustom returns the actions, each once, that the actor needs to set the named custom
// attributes: permission.CustomSetOf(name), or permission.CustomSet for a name that the account
// does not define, because no error may quote it. If the account cannot be read, it sets s.unread.
func (s *readTx) settingCustom(ctx context.Context, names []string) []permission.Action {
	schema := s.customSchema(ctx)
	actions := make([]permission.Action, 0, len(names))
	for _, name := range names {
		action := permission.CustomSet
		if _, known := schema.Get(name); known {
			action = permission.CustomSetOf(name)
		}
		if !slices.Contains(actions, action) {
			actions = append(actions, action)
		}
	}
	return actions
}

// changingCustom returns the actions that the actor needs for the patch p of custom attributes with
// the outcome out. If all is false, only a value that differs after the patch needs an action. If
// all is true, each name in p needs an action, and if p replaces all custom attributes,
// permission.CustomSet is needed too. If the account cannot be read, it sets s.unread.
func (s *readTx) changingCustom(ctx context.Context, p user.CustomPatch, out *user.Outcome, all bool) []permission.Action {
	names := p.Names()
	if all {
		actions := s.settingCustom(ctx, names)
		if p.Replaces() {
			actions = append(actions, permission.CustomSet)
		}
		return actions
	}
	if p.Replaces() {
		for name := range out.Before.Custom.All() {
			names = append(names, name)
		}
	}
	return s.settingCustom(ctx, slices.DeleteFunc(names, func(name string) bool {
		was, _ := out.Before.Custom.Get(name)
		is, _ := out.After.Custom.Get(name)
		return was == is
	}))
}

// checkSchemaChange returns a *user.CustomInUseError if stored users do not fit next, the new
// definitions of the custom attributes. The values of deleted users must fit too, because Restore
// brings these values back; but a deleted user may lack a required value. Other errors: those of
// the storage.
func (t *tx) checkSchemaChange(ctx context.Context, old, next user.CustomSchema) error {
	for _, r := range old.Restrictions(next) {
		q := storage.Query{Deleted: storage.WithDeleted, HasCustom: r.Name}
		if r.Lacking {
			q = storage.Query{LacksCustom: r.Name}
		}
		broken := 0
		for u, err := range users(ctx, t, q) {
			if err != nil {
				return err
			}
			if r.BrokenBy(u) {
				broken++
			}
		}
		if broken > 0 {
			return r.InUse(broken)
		}
	}
	return nil
}
