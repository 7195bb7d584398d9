package roster

import (
	"context"
	"slices"

	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// customSchema returns the custom attributes that the account's settings define. It reads them once
// in a transaction.
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

// settingCustom returns the actions that setting custom attributes needs: one for each name. A name
// that the account does not have is not shown in an action, because it may be a secret; its action
// is permission.CustomSet.
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

// changingCustom returns the actions that a patch of custom attributes needs: those of the
// attributes that it changes. If all is set, they are those of all attributes that it names, and
// permission.CustomSet for a patch that replaces all.
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

// checkSchemaChange refuses a change of the custom attributes that users would break. Deleted users
// count, because a restored user has the values again. Errors: *user.CustomInUseError.
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
