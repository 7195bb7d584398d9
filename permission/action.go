package permission

import (
	"fmt"
	"iter"
	"math/bits"
	"strings"
)

// Action is what a call of the front door does, as far as permission is concerned. The zero value is no action and is
// always denied. The names are stable; the numbers may change between versions.
type Action uint8

// The actions.
const (
	_ Action = iota
	UserRead
	UserList // asking for lists, counts and totals: they show the users that UserRead allows
	UserReadSettings
	UserCreate
	UserUpdate // attributes that no action of their own covers
	UserRename // the login name
	UserDelete
	UserRestore
	UserErase // personal data, for good
	RolesSet  // roles granted directly, and profiles
	EnabledSet
	PasswordChange // one's own, with the old one
	PasswordReset  // somebody's, without the old one
	PresenceSet
	StatusLock
	StatusUnlock
	Reserve // a slot for a channel, and its release
	PreferencesSet
	IncognitoSet
	CapacitySet // how many chats a user takes
	ViewsRead
	ViewsSet
	StatisticSet
	StatisticDelete
	WatchSet
	CampaignSet
	CustomSet // custom attributes, at creation too
	TabRefresh
	ActivationSend
	ReferenceRead // skills, groups, profiles and what else an account knows beside its users
	ReferenceWrite
	AccountRead
	AccountWrite
	MoneyRead // a user's balance, or the account's when the request names no target
	MoneyFund
	MoneyTransfer
	MoneyReverse
	StatementRead
	ChangesRead
	numActions
)

var actionNames = [numActions]string{
	"none", "user.read", "user.list", "user.settings.read", "user.create", "user.update", "user.rename", "user.delete",
	"user.restore", "user.erase", "roles.set", "enabled.set", "password.change", "password.reset", "presence.set",
	"status.lock", "status.unlock", "slot.reserve", "preferences.set", "incognito.set", "capacity.set", "views.read",
	"views.set", "statistic.set", "statistic.delete", "watch.set", "campaign.set", "custom.set", "tab.refresh", "activation.send",
	"reference.read", "reference.write", "account.read", "account.write", "money.read", "money.fund", "money.transfer",
	"money.reverse", "statement.read", "changes.read",
}

// readActions only show something. Every other action writes.
const readActions = 1<<UserRead | 1<<UserList | 1<<UserReadSettings | 1<<ViewsRead | 1<<ReferenceRead |
	1<<AccountRead | 1<<MoneyRead | 1<<StatementRead | 1<<ChangesRead

// String returns the action's name, "user.create", as ParseAction reads it.
func (a Action) String() string {
	if a < numActions {
		return actionNames[a]
	}
	return fmt.Sprintf("action(%d)", uint8(a))
}

// Reads reports whether the action only shows something and changes nothing.
func (a Action) Reads() bool { return Actions(readActions).Has(a) }

// ParseAction reads an action's name. It returns an error that names the text for anything else, "none" included.
func ParseAction(s string) (Action, error) {
	for a := Action(1); a < numActions; a++ {
		if actionNames[a] == s {
			return a, nil
		}
	}
	return 0, fmt.Errorf("permission: unknown action %.40q", s)
}

// MarshalText writes the action's name.
func (a Action) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// UnmarshalText reads an action's name.
func (a *Action) UnmarshalText(b []byte) error {
	parsed, err := ParseAction(string(b))
	if err != nil {
		return err
	}
	*a = parsed
	return nil
}

// Actions is a set of actions. The zero value is the empty set.
type Actions uint64

// AllActions holds every action.
const AllActions Actions = (1<<numActions - 1) &^ 1

// ActionsOf returns the set of the given actions.
func ActionsOf(actions ...Action) Actions {
	var s Actions
	for _, a := range actions {
		s |= 1 << a
	}
	return s
}

// Has reports whether a is in the set.
func (s Actions) Has(a Action) bool { return s&(1<<a) != 0 }

// With returns s and t together.
func (s Actions) With(t Actions) Actions { return s | t }

// Without returns s less the actions of t.
func (s Actions) Without(t Actions) Actions { return s &^ t }

// Len returns the number of actions.
func (s Actions) Len() int { return bits.OnesCount64(uint64(s)) }

// All yields the actions in the order in which they are declared.
func (s Actions) All() iter.Seq[Action] {
	return func(yield func(Action) bool) {
		for rest := uint64(s); rest != 0; rest &= rest - 1 {
			if !yield(Action(bits.TrailingZeros64(rest))) {
				return
			}
		}
	}
}

// String lists the names, separated by commas; the empty set is "none".
func (s Actions) String() string {
	if s == 0 {
		return "none"
	}
	names := make([]string, 0, s.Len())
	for a := range s.All() {
		names = append(names, a.String())
	}
	return strings.Join(names, ",")
}
