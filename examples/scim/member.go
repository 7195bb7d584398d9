package scim

import (
	"context"
	"slices"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// members returns the users in the group with the given id, ordered by user id. Users that the key
// may not see are left out. If the group has no users or does not exist, the result is an empty
// list and not nil. After an error the result is nil. Errors: those of roster.Handle.All.
func (c *call) members(ctx context.Context, id user.GroupID) ([]user.User, error) {
	list := []user.User{}
	for u, err := range c.All(ctx, roster.ListParams{Query: storage.Query{Group: id, Limit: maxPage}}) {
		if err != nil {
			return nil, err
		}
		list = append(list, u)
	}
	return list, nil
}

// known checks that the users in the set exist. Errors: invalidValue if a user does not exist or
// the key may not see the user; others of roster.Handle.GetMany.
func (c *call) known(ctx context.Context, set user.IDSet[user.ID]) error {
	for batch := range slices.Chunk(set.Slice(), maxPage) {
		_, err := c.GetMany(ctx, batch...)
		switch roster.CodeOf(err) {
		case roster.CodeOK:
		case roster.CodeNotFound:
			return invalidValue("members.value", "is not the id of a user")
		default:
			return err
		}
	}
	return nil
}

// setMembers changes the group with the given id so that its members are the users in the set want.
// current are the present members. It adds and removes the users that differ, and returns the
// members that the group then has. Each batch of maxPage users is a transaction of its own, so
// after an error a part of the members may be changed. Errors: those of roster.Handle.Edit and of
// members.
func (c *call) setMembers(ctx context.Context, id user.GroupID, current []user.User, want user.IDSet[user.ID]) ([]user.User, error) {
	var edits []roster.Edit
	isMember := map[user.ID]bool{}
	for i := range current {
		isMember[current[i].ID] = true
		if !want.Has(current[i].ID) {
			edits = append(edits, memberEdit(current[i].ID, func(set user.IDSet[user.GroupID]) user.IDSet[user.GroupID] { return set.Without(id) }))
		}
	}
	for member := range want.All() {
		if !isMember[member] {
			edits = append(edits, memberEdit(member, func(set user.IDSet[user.GroupID]) user.IDSet[user.GroupID] { return set.With(id) }))
		}
	}
	for batch := range slices.Chunk(edits, maxPage) {
		if _, err := c.Edit(ctx, batch); err != nil {
			return nil, err
		}
	}
	return c.members(ctx, id)
}

// memberEdit returns an edit of the user with the given id. The edit replaces the user's set of
// groups by the result of change.
func memberEdit(id user.ID, change func(user.IDSet[user.GroupID]) user.IDSet[user.GroupID]) roster.Edit {
	return roster.Edit{ID: id, PatchFunc: func(present user.User, p user.Patch) user.Patch {
		p.Groups = user.Set(change(present.Access.Groups))
		return p
	}}
}
