package roster

import (
	"context"

	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// SetView adds the view v to the selected views of a user if the parameter selected is true, and
// removes v if selected is false (Omnidesk updateUserView). It returns a Result with the user after
// the call. If nothing differs, it writes nothing.
//
// Errors, in this order:
//   - *validate.Error for an id of a view that is not valid
//   - storage.ErrNotFound, *permission.Denied, ErrStale
//   - *validate.Error for more than user.MaxIDs views, and for an added view that the account does
//     not have (user.CheckReferences)
func (h Handle) SetView(ctx context.Context, id user.ID, v user.ViewID, selected bool, opts ...CallOption) (Result, error) {
	p := user.Patch{Views: user.Set(user.IDSetOf(v))}
	m := method{name: "SetView", invalid: p.Check(h.profile)}
	return h.prefer(ctx, m, id, permission.ViewsSet, opts, func(p user.Preferences) (user.Preferences, error) {
		return p.WithView(v, selected), nil
	})
}

// Views returns the selected views of a user, in ascending order of id (Omnidesk getUserViews). A
// view that the account does not have has only the kind and the id. Without views the list is
// empty, not nil. Errors: storage.ErrNotFound; *permission.Denied.
func (h Handle) Views(ctx context.Context, id user.ID) ([]user.Reference, error) {
	return runView(ctx, &h, method{name: "Views"}, func(ctx context.Context, s *readTx) ([]user.Reference, error) {
		views := []user.Reference{}
		u, err := s.authorizedTarget(ctx, id, permission.ViewsRead, false)
		if err != nil {
			return nil, err
		}
		for v := range u.Preferences.Views.All() {
			ref, err := s.Reference(ctx, user.ReferenceView, int64(v))
			if isNotFound(err) {
				ref, err = user.Reference{Kind: user.ReferenceView, ID: int64(v)}, nil
			}
			if err != nil {
				return nil, err
			}
			views = append(views, ref)
		}
		return views, nil
	}, id)
}

// Settings returns a live user with all settings, including the views. The actor needs
// permission.UserReadSettings for the user; for Get, the actor needs permission.UserRead.
//
// Errors: storage.ErrNotFound; *permission.Denied.
func (h Handle) Settings(ctx context.Context, id user.ID) (u user.User, err error) {
	err = h.get(ctx, "Settings", id, permission.UserReadSettings, &u)
	return u, err
}

// AddStatistic adds the statistic s to the board of a user (Omnidesk userStatistic), and returns a
// Result with the user. If the board already has a statistic with the same name and options,
// AddStatistic adds none. If s is watched, it then marks the existing one as watched.
//
// Errors, in this order:
//   - *validate.Error for a statistic that is not valid
//   - storage.ErrNotFound, *permission.Denied, ErrStale
//   - *validate.Error for more than user.MaxListed statistics
func (h Handle) AddStatistic(ctx context.Context, id user.ID, s user.Statistic, opts ...CallOption) (Result, error) {
	m := method{name: "AddStatistic", invalid: s.Check(h.profile)}
	return h.prefer(ctx, m, id, permission.StatisticSet, opts, func(p user.Preferences) (user.Preferences, error) {
		return p.AddStatistic(s), nil
	})
}

// DeleteStatistic removes the statistic with the name and options of s from the board of a user,
// and returns a Result with the user.
//
// Errors, in this order:
//   - *validate.Error for a statistic that is not valid
//   - storage.ErrNotFound, *permission.Denied, ErrStale
//   - storage.ErrNotFound if the board has no such statistic
func (h Handle) DeleteStatistic(ctx context.Context, id user.ID, s user.Statistic, opts ...CallOption) (Result, error) {
	m := method{name: "DeleteStatistic", invalid: s.Check(h.profile)}
	return h.prefer(ctx, m, id, permission.StatisticDelete, opts, func(p user.Preferences) (user.Preferences, error) {
		return p.WithoutStatistic(s), found(p, s)
	})
}

// WatchStatistic makes a user watch a statistic on their board if watched is true, and stop
// watching it otherwise (Omnidesk watch). It returns a Result with the user after the call. The
// statistic is the one with the name and options of s; s.Watched is ignored. Errors, in this order:
// *validate.Error for a statistic that is not valid; storage.ErrNotFound for the user,
// *permission.Denied, ErrStale; storage.ErrNotFound if the board has no such statistic.
func (h Handle) WatchStatistic(
	ctx context.Context, id user.ID, s user.Statistic, watched bool, opts ...CallOption,
) (Result, error) {
	s.Watched = watched
	m := method{name: "WatchStatistic", invalid: s.Check(h.profile)}
	return h.prefer(ctx, m, id, permission.WatchSet, opts, func(p user.Preferences) (user.Preferences, error) {
		return p.WithStatistic(s), found(p, s)
	})
}

// found returns nil if p has a statistic with the name and options of s, and storage.ErrNotFound
// otherwise.
func found(p user.Preferences, s user.Statistic) error {
	if _, ok := p.Statistic(s); !ok {
		return storage.ErrNotFound
	}
	return nil
}

// SetCampaign sets whether a user is active in the campaign c (Omnidesk userCampaignState), and
// returns a Result with the user. It replaces the user's campaign with the same name, or adds c. If
// nothing differs, it writes nothing.
//
// Errors, in this order:
//   - *validate.Error for a campaign that is not valid
//   - storage.ErrNotFound, *permission.Denied, ErrStale
//   - *validate.Error for more than user.MaxListed campaigns
func (h Handle) SetCampaign(ctx context.Context, id user.ID, c user.Campaign, opts ...CallOption) (Result, error) {
	m := method{name: "SetCampaign", invalid: c.Check(h.profile)}
	return h.prefer(ctx, m, id, permission.CampaignSet, opts, func(p user.Preferences) (user.Preferences, error) {
		return p.WithCampaign(c), nil
	})
}

// prefer runs the exported method m, which replaces the preferences of a user with the result of
// change, and returns the Result. Errors, in this order: as changeUser; *validate.Error for too
// many items, and for a new view that the account does not have.
func (h Handle) prefer(ctx context.Context, m method, id user.ID, action permission.Action, opts []CallOption,
	change func(user.Preferences) (user.Preferences, error),
) (Result, error) {
	return h.changeUser(ctx, m, id, userChange{
		action: action, what: storage.UserUpdated,
		rule: func(ctx context.Context, t *tx, u user.User) (user.User, error) {
			after := u
			var err error
			if after.Preferences, err = change(u.Preferences); err != nil {
				return u, err
			}
			// Check the new views alone: the path of a problem must not depend on the old ones.
			named := user.User{}
			named.Preferences.Views = after.Preferences.Views.Without(u.Preferences.Views.Slice()...)
			err = firstOf(after.Preferences.CheckSize(), user.CheckReferences(user.User{}, named, t.facts(ctx)))
			return after, firstOf(t.unread, err)
		},
	}, opts)
}

// RefreshTab records that a tab of the acting user is to be refreshed (Omnidesk refreshTab), and
// returns the new revision. The host reads the change record and refreshes the tab.
//
// Errors, in this order:
//   - *validate.Error at /tab for a name of a tab that is not valid
//   - *permission.Denied
//   - ErrStale if a precondition fails; a tab has no version, so only IfVersion(0) holds
func (h Handle) RefreshTab(ctx context.Context, tab string, opts ...CommonOption) (user.Revision, error) {
	m := method{name: "RefreshTab", invalid: checkText(validate.TabID, h.profile, "/tab", tab)}
	_, done, err := runUpdate(ctx, &h, m, opts, noResult(func(ctx context.Context, t *tx) error {
		self := permission.Target{ID: t.actor.ID, Roles: t.actor.Roles}
		if err := t.allow(ctx, t.request(permission.TabRefresh, self)); err != nil {
			return err
		}
		if err := t.checkVersion(0); err != nil {
			return err
		}
		return t.record(ctx, storage.Change{Type: storage.TabRefreshed, UserID: h.actor.id, Detail: tab})
	}), h.actor.id)
	return done.revision, err
}

// RequestActivation records that a user is to get an activation mail (Omnidesk sendActivationMail),
// and returns the new revision. The host reads the change record and sends the mail.
//
// Errors: storage.ErrNotFound; *permission.Denied; ErrStale.
func (h Handle) RequestActivation(ctx context.Context, id user.ID, opts ...CallOption) (user.Revision, error) {
	_, done, err := runUpdate(ctx, &h, method{name: "RequestActivation"}, opts, noResult(func(ctx context.Context, t *tx) error {
		u, err := t.authorizedTarget(ctx, id, permission.ActivationSend, false)
		if err != nil {
			return err
		}
		if err := firstOf(t.checkUserVersion(&u), t.checkPrecondition(&u, &u)); err != nil {
			return err
		}
		return t.record(ctx, storage.Change{Type: storage.ActivationRequested, UserID: id})
	}), id)
	return done.revision, err
}
