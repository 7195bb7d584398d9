package permission

import (
	"iter"

	"github.com/ca74b63c/roster/user"
)

// changing says which action it takes to change which attributes; any other attribute takes UserUpdate.
var changing = [...]struct {
	action     Action
	attributes user.Attributes
}{
	{UserRename, user.AttributesOf(user.AttrLogin)},
	{RolesSet, user.AttributesOf(user.AttrRoles, user.AttrGranted, user.AttrProfiles)},
	{EnabledSet, user.AttributesOf(user.AttrEnabled, user.AttrDisabledManually)},
	{PasswordReset, user.AttributesOf(user.AttrPassword)},
	{PresenceSet, user.AttributesOf(user.AttrStatus)},
	{PreferencesSet, user.AttributesOf(user.AttrChatSound, user.AttrNotifyAssignment, user.AttrAutoAnswer)},
	{IncognitoSet, user.AttributesOf(user.AttrIncognito)},
	{CapacitySet, user.AttributesOf(user.AttrMaxChats, user.AttrMaxAsyncChats)},
	{ViewsSet, user.AttributesOf(user.AttrViews)},
	{StatisticSet, user.AttributesOf(user.AttrStatistics)},
	{CampaignSet, user.AttributesOf(user.AttrCampaigns)},
}

// Changing yields the actions that it takes to change the given attributes, each with those that it covers. A change
// of several sorts needs every one of them: a patch is no way around a permission.
func Changing(attributes user.Attributes) iter.Seq2[Action, user.Attributes] {
	return func(yield func(Action, user.Attributes) bool) {
		rest := attributes
		for i := range changing {
			covered := attributes & changing[i].attributes
			if covered == 0 {
				continue
			}
			rest = rest.Without(covered)
			if !yield(changing[i].action, covered) {
				return
			}
		}
		if rest != 0 {
			yield(UserUpdate, rest)
		}
	}
}
