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

// settingCustom returns the actions that the actor needs to set the custom attributes with the
// given names, each action once. The action is permission.CustomSetOf(name), or
// permission.CustomSet if the account does not define the name, because an error must not quote
// such a name. If the account cannot be read, it sets s.unread and no name counts as defined.
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

// changingCustom returns the actions that the actor needs for p, a patch of custom attributes with
// the outcome out. If all is false, these are the actions for the attributes whose values differ,
// also those that a replacing patch removes. If all is true, they are the actions for every
// attribute that p names, and permission.CustomSet if p replaces all attributes.
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
