package roster

import (
	"context"
	"slices"

	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// decideAll stores in b.decided what each row with a key would write: an edit if the actor may read
// a user with this key, else a new user. Then it calls checkTaken and checkRoom. An error about one
// row (aboutLine) is added to the row. Other errors, which end the import: those of the policy and
// the storage.
func (b *importBatch) decideAll(ctx context.Context) error {
	for i := range b.rows {
		if b.rows[i].key.Value == "" {
			continue
		}
		u, found, err := b.target(ctx, b.rows[i].key)
		switch {
		case err == nil && found:
			err = b.decideEdit(ctx, i, &u)
		case err == nil:
			err = b.decideCreate(ctx, i)
		}
		switch {
		case err == nil:
		case b.unread != nil:
			return b.unread
		case !aboutLine(err):
			return err
		default:
			b.fail(i, err)
		}
	}
	if err := b.checkTaken(ctx); err != nil {
		return err
	}
	return b.checkRoom(ctx)
}

// target returns the live user with the key and true, or false if there is none that the actor may
// read. Errors: storage.ErrAmbiguous if there are several; those of the policy and the storage.
func (b *importBatch) target(ctx context.Context, key user.Key) (u user.User, found bool, err error) {
	if key.Kind.Unique() {
		if u, err = b.UserByKey(ctx, key); err == nil && u.Live() {
			found, err = b.allowed(ctx, b.request(permission.UserRead, permission.TargetOf(u)))
		}
	} else if u, err = b.onlyOne(ctx, key); err == nil {
		found = true
	}
	if isNotFound(err) {
		err = nil
	}
	return u, found, err
}

// decideEdit stores in b.decided how the row i changes the user u, or nothing if the row changes
// nothing. Errors: those of decide and checkSettled.
func (b *importBatch) decideEdit(ctx context.Context, i int, u *user.User) error {
	p := b.rows[i].Patch
	out, named, err := b.decide(ctx, &Edit{ID: u.ID, Patch: p}, false)
	if err == nil {
		err = b.checkSettled(ctx, &p, &out)
	}
	if err == nil && out.Changed != 0 {
		b.decided[i].out, b.decided[i].named = &out, named
	}
	return err
}

// checkSettled returns a *validate.Error if a second import of the patch p would change the user
// again. This happens if p sets an attribute and also removes a role, and the removal of the role
// resets the attribute. The error has the problem Conflict at the path of each such attribute. It
// also has the problems for which p cannot be applied a second time. Without a problem checkSettled
// returns nil. out is the outcome of p.
func (b *importBatch) checkSettled(ctx context.Context, p *user.Patch, out *user.Outcome) error {
	if len(out.Resets) == 0 {
		return nil
	}
	again, err := p.Apply(out.After, b.facts(ctx))
	var c validate.Collector
	for a := range again.Changed.All() {
		c.Add(validate.Problem{Path: a.Path(), Code: validate.Conflict, Params: validate.Params{}.WithText("reset", out.Resets[0].Rule)})
	}
	c.Merge("", err)
	return c.Err()
}

// decideCreate stores the new user of the row i in b.decided. It adds problems of the login and the
// password to the errors of the row. If the row is good but its password has no hash yet, it adds i
// to b.unhashed. Errors: those of authorizeNewUser, of the rules and of WithPrecondition; it stores
// no user then.
func (b *importBatch) decideCreate(ctx context.Context, i int) error {
	row := &b.rows[i]
	n := &pendingUser{item: item{i, true}, patch: row.Patch, activate: row.Activation, password: row.Password != nil, hash: row.hash}
	if !n.patch.Roles.Kept() { // CreateMany takes roles as granted
		n.patch.Granted, n.patch.Roles = n.patch.Roles, user.Field[user.Roles]{}
	}
	n.named = n.patch.Attributes()
	if out, err := n.patch.Apply(user.User{}, b.facts(ctx)); err == nil {
		n.named &= out.Changed
	}
	var problems validate.Collector
	problems.Require(user.AttrLogin.Path(), !n.patch.Login.Kept() || len(row.errs) > 0)
	if n.password {
		n.named |= user.AttributesOf(user.AttrPassword)
		problems.Merge("", b.h.checkFirstPassword(&CreateParams{User: b.candidate(&n.patch), Password: PasswordOf(row.Password())}))
	}
	if err := problems.Err(); err != nil {
		b.fail(i, err)
	}
	if err := b.authorizeNewUser(ctx, n); err != nil || n.ruleErr != nil {
		return firstOf(err, n.ruleErr)
	}
	b.decided[i].out, b.decided[i].pending = &n.outcome, n
	if n.password && n.hash == "" && !b.bad(i) {
		b.unhashed = append(b.unhashed, i)
	}
	return nil
}

// candidate returns the user for which checkFirstPassword judges a first password. The user has the
// login, the kind, the names, the e-mail address and the attribute apiUser from the patch p. If p
// cannot be applied, the user has none of these.
func (b *importBatch) candidate(p *user.Patch) user.User {
	relevant := user.AttributesOf(user.AttrLogin, user.AttrAPIUser, user.AttrKind, user.AttrFirstName, user.AttrLastName,
		user.AttrFullName, user.AttrDisplayName, user.AttrEmail)
	out, _ := p.Keeping(user.Patchable().Without(relevant)).Apply(user.User{Version: 1}, user.Facts{Now: b.now})
	return out.After
}

// checkTaken adds a *storage.ExistsError to each row that sets a unique name of another user,
// because the storage would end the transaction for it. A name that an edit of the batch gives up,
// or that a deleted user no longer keeps, is free. Errors: those of the storage.
func (b *importBatch) checkTaken(ctx context.Context) error {
	given := make(map[user.Key]bool)
	for i, d := range b.decided {
		if d.out != nil && !b.bad(i) {
			for key := range newNames(&d.out.After, &d.out.Before) { // the names that go
				given[key] = true
			}
		}
	}
	for i, d := range b.decided {
		if d.out == nil || b.bad(i) {
			continue
		}
		for key := range newNames(&d.out.Before, &d.out.After) {
			if given[key] {
				continue
			}
			holder, err := b.UserByKey(ctx, key)
			switch {
			case isNotFound(err) || err == nil && holder.HoldExpired(b.now):
			case err != nil:
				return err
			default:
				b.fail(i, b.withoutHolder(ctx, &storage.ExistsError{What: key.Kind.String(), ID: int64(holder.ID)}))
			}
		}
	}
	return nil
}

// checkRoom adds ErrTooManyUsers to the row of each new user for which the account has no room
// (Account.MaxUsers). In a dry run, the new users of earlier batches count too. Errors: those of
// the storage.
func (b *importBatch) checkRoom(ctx context.Context) error {
	if !slices.ContainsFunc(b.decided, func(d importDecision) bool { return d.pending != nil }) {
		return nil
	}
	account, err := b.settings(ctx, permission.UserCreate)
	if err != nil || account.MaxUsers == 0 {
		return err
	}
	count, err := b.CountUsers(ctx, storage.Query{})
	if err != nil {
		return err
	}
	if b.call.dry {
		count += b.run.report.Created // of earlier batches, which were rolled back
	}
	for i, d := range b.decided {
		if d.pending == nil || b.bad(i) {
			continue
		}
		if err := account.CheckRoom(count, 1); err != nil {
			b.fail(i, err)
			continue
		}
		count++
	}
	return nil
}
