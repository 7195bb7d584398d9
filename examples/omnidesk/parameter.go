package omnidesk

import (
	"slices"

	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// The rows of the endpoints' parameters.
var (
	ownUserRow = vendorhttp.Parameter{Name: "userID", Type: vendorhttp.TypeInteger, Or: ownUser, About: "The user; UID or none is the key's own."}
	idRow      = vendorhttp.Parameter{Name: "id", Type: vendorhttp.TypeInteger, Or: ownUser, Required: true, About: "The user; UID is the key's own."}
	stateRow   = vendorhttp.Parameter{Name: "state", Type: vendorhttp.TypeBoolean, Required: true, About: "Whether it is on."}
	groupsRow  = vendorhttp.Parameter{Name: "groups", Type: vendorhttp.TypeIntegers, About: "The ids of the user's groups."}

	// Strict, whatever the profile: A-z in the letter of the pattern takes brackets, backslash and
	// backquote too.
	campaignRow = vendorhttp.Parameter{Name: "campaign", Required: true, Rule: validate.OmnideskCampaign, Strict: true, About: "The campaign."}
	channelRow  = vendorhttp.Parameter{Name: "channel", Required: true, Rule: validate.OmnideskCampaign, Strict: true, About: "The channel."}
)

var windowRows = []vendorhttp.Parameter{
	{Name: "itemStart", Type: vendorhttp.TypeInteger, Rule: validate.OmnideskItemStart, About: "How many items to leave out."},
	{Name: "itemLimit", Type: vendorhttp.TypeInteger, Rule: validate.OmnideskItemLimit, About: "How many items to show at most."},
}

var indexRows = append([]vendorhttp.Parameter{
	// Strict, whatever the profile: the letter of the pattern takes any text that begins with a
	// letter.
	{Name: "query", Rule: validate.OmnideskQuery, Strict: true, Empty: true, About: "A part of a name, a telephone number or an e-mail address."},
	{Name: "activeOnly", Type: vendorhttp.TypeBoolean, About: "Whether only enabled users are shown."},
	{Name: "extended", Type: vendorhttp.TypeBoolean, About: "Whether the preferences are shown."},
}, windowRows...)

var viewsRows = append([]vendorhttp.Parameter{
	ownUserRow, {Name: "query", Rule: validate.OmnideskViewQuery, Empty: true, About: "A part of a view's name."},
}, windowRows...)

// createRows are the texts of POST, which are required unless they have a default; updateRows are
// those of PUT, which may be empty.
var (
	createRows = append(textRows(func(t *textParam, row *vendorhttp.Parameter) { row.Required = t.otherwise == "" }), groupsRow,
		vendorhttp.Parameter{Name: "sendActivationMail", Type: vendorhttp.TypeBoolean, About: "Whether the user gets an activation mail."})
	updateRows = append(textRows(func(_ *textParam, row *vendorhttp.Parameter) { row.Empty = true }), groupsRow)
)

func textRows(finish func(*textParam, *vendorhttp.Parameter)) []vendorhttp.Parameter {
	rows := make([]vendorhttp.Parameter, len(textParams))
	for i := range textParams {
		t := &textParams[i]
		rows[i] = vendorhttp.Parameter{Name: t.names[0], Also: t.names[1:], Rule: t.rule, About: t.about}
		finish(t, &rows[i])
	}
	return rows
}

// renameRows returns the rows of a call that changes one text.
func renameRows(name string, attribute user.Attribute) []vendorhttp.Parameter {
	i := slices.IndexFunc(textParams, func(t textParam) bool { return t.attribute == attribute })
	return []vendorhttp.Parameter{idRow, {Name: name, Required: true, Rule: textParams[i].rule, About: textParams[i].about}}
}

var updateViewRows = []vendorhttp.Parameter{
	ownUserRow, {Name: "viewID", Type: vendorhttp.TypeInteger, Required: true, About: "The view."},
	{Name: "newValue", Type: vendorhttp.TypeBoolean, Required: true, About: "Whether it is selected."},
}

var (
	maxChatsRows  = []vendorhttp.Parameter{ownUserRow, {Name: "maxChats", Type: vendorhttp.TypeInteger, Required: true, About: "How many chats at a time."}}
	switchRows    = []vendorhttp.Parameter{ownUserRow, stateRow}
	campaignRows  = []vendorhttp.Parameter{ownUserRow, campaignRow, stateRow}
	refreshRows   = []vendorhttp.Parameter{{Name: "tabID", Required: true, Rule: validate.OmnideskTabID, About: "The tab."}}
	onlyUserRows  = []vendorhttp.Parameter{ownUserRow}
	reserveRows   = []vendorhttp.Parameter{channelRow, reserveState, reserveUser}
	reserveState  = vendorhttp.Parameter{Name: "state", Type: vendorhttp.TypeBoolean, About: "Whether the slot is promised, or given back."}
	reserveUser   = vendorhttp.Parameter{Name: "userID", Type: vendorhttp.TypeInteger, Or: ownUser, About: "The user; none lets the call choose one."}
	statisticRows = []vendorhttp.Parameter{
		ownUserRow, {Name: "statistic", Required: true, Rule: validate.OmnideskStatistic, About: "The statistic."},
		// POST calls the first option statisticOption, DELETE and watch statisticPrimaryOption.
		{Name: "statisticOption", Also: []string{"statisticPrimaryOption"}, Rule: validate.OmnideskStatisticOption, Empty: true, About: "Its first option."},
		{Name: "statisticSecondaryOption", Rule: validate.OmnideskStatisticSecondaryOption, Empty: true, About: "Its second option."},
	}
	watchRows = append(slices.Clone(statisticRows),
		vendorhttp.Parameter{Name: "watchToggle", Required: true, Rule: validate.OmnideskWatchToggle, About: "watch or unwatch."})
)

var updateStatusRows = []vendorhttp.Parameter{
	ownUserRow, {Name: "userEmailAddress", Rule: validate.OmnideskEmail, About: "The user's address, where no id is given."},
	{Name: "statusID", Type: vendorhttp.TypeInteger, Required: true, Rule: validate.OmnideskStatus, About: "The status, 1 to 8."},
	{Name: "lastInternalCallID", Type: vendorhttp.TypeInteger, About: "The call after which it is."},
	{Name: "browserRequestTime", Type: vendorhttp.TypeInteger, About: "When the browser asked. It is not used."},
}

var lockStatusRows = []vendorhttp.Parameter{
	ownUserRow, {Name: "status", Type: vendorhttp.TypeInteger, Required: true, Rule: validate.OmnideskStatus, About: "The status, 1 to 8."},
}
