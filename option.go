package roster

import "github.com/ca74b63c/roster/user"

// CallOption says more about one call that creates or changes users. A CommonOption is one too.
type CallOption interface{ applyCall(*call) }

// CommonOption says more about one call that writes, whatever it writes. Calls about money, about
// reference data and about the account take no other options.
type CommonOption interface {
	CallOption
	common()
}

// userOption is an option that only calls on users take.
type userOption func(*call)

func (o userOption) applyCall(c *call) { o(c) }

// commonOption is an option that every call that writes takes.
type commonOption func(*call)

func (o commonOption) applyCall(c *call) { o(c) }
func (commonOption) common()             {}

// callOptions returns common options as those of a call.
func callOptions(opts []CommonOption) []CallOption {
	list := make([]CallOption, 0, len(opts))
	for _, opt := range opts {
		if opt != nil {
			list = append(list, opt)
		}
	}
	return list
}

// IfVersion lets the call happen only if its target has this version, each of them if there are
// many; else ErrStale. What does not exist yet, and a move of money, has version 0.
func IfVersion(v user.Revision) CommonOption {
	return commonOption(func(c *call) { c.version, c.hasVersion = v, true })
}

// IfRevision lets the call happen only if nothing in the account changed since this revision; else
// ErrStale.
func IfRevision(r user.Revision) CommonOption {
	return commonOption(func(c *call) { c.revision, c.hasRev = r, true })
}

// IfUnchangedSince lets the call happen only if the configuration (user.Configuration) of no user
// that it names changed after this revision; else ErrStale. What else changed, in these users or in
// others, does not matter, and a user that the call creates has not changed.
//
// The revision is one that Handle.ConfigRevision, Page.ConfigRevision or Result.ConfigRevision
// returned. A greater one than the account's is ErrStale too, so the account's own Revision will
// not do: it also counts changes of presence, preferences and money.
func IfUnchangedSince(r user.Revision) CallOption {
	return userOption(func(c *call) { c.since, c.hasSince = r, true })
}

// WithReason records a reason with the change, for the people who read the history; at most 500
// characters.
func WithReason(reason string) CommonOption {
	return commonOption(func(c *call) { c.reason = reason })
}

// DryRun makes the call answer what it would do, and do nothing. Its errors are those of the call
// itself.
func DryRun() CommonOption { return commonOption(func(c *call) { c.dry = true }) }

// WithPrecondition runs condition for each user that the call creates, changes or records a request
// about, inside the transaction, after permission, the expected version and the rules, and before
// anything is written. Deleting, erasing and restoring change a user too. A non-nil error aborts
// the call, which returns it. before is the user as stored, the zero User if the call creates the
// user; after is the user as the rules make them, without what the write adds: the version, a new
// password, and the id of a new user that has no chosen one. condition may run more than once and
// must be pure. It also runs if the rules leave the user that the call names as it is.
func WithPrecondition(condition func(before, after user.User) error) CallOption {
	return userOption(func(c *call) { c.condition = condition })
}
