package omnidesk_test

import (
	"testing"

	"github.com/ca74b63c/roster/examples/vendorhttp/matrix"
	"github.com/ca74b63c/roster/user"
)

const (
	documented = matrix.Documented
	observed   = matrix.Observed
	assumed    = matrix.Assumed
)

func TestMatrix(t *testing.T) {
	matrix.Run(t, matrix.Table{
		Vendor: "Omnidesk", Document: "API specification, User",
		Sections: []matrix.Section{
			{Name: "Permissions and keys", Rows: keyRows()},
			{Name: "Requests and answers", Rows: requestRows()},
			{Name: "GET user", Rows: indexRows()},
			{Name: "GET user settings", Rows: settingsRows()},
			{Name: "GET user getUserViews", Rows: viewsRows()},
			{Name: "POST user", Rows: createRows()},
			{Name: "PUT user id", Rows: updateRows()},
			{Name: "PUT usernameUpdate, firstnameUpdate, lastnameUpdate", Rows: renameRows()},
			{Name: "PUT updateUserView, maxChats and the switches", Rows: preferenceRows()},
			{Name: "userStatistic and watch", Rows: statisticRows()},
			{Name: "POST userCampaignState and refreshTab", Rows: campaignRows()},
			{Name: "POST updateStatus", Rows: statusRows()},
			{Name: "POST statusLock and statusLockDelete", Rows: lockRows()},
			{Name: "POST reserveUserForLiveChannel", Rows: reserveRows()},
		},
	})
}

func keyRows() []matrix.Row {
	return []matrix.Row{
		documented.Row("Endpoints that require the USER_READ permission: GET index, GET settings", allowed("key-read")),
		documented.Row("Endpoints that require the API_RESERVE_USER permission: POST reserveUserForLiveChannel",
			allowed("key-reserve")),
		documented.Row("Endpoints that require the USER_ANONYMOUS_BROWSING_UPDATE permission: PUT ticketIncognitoMode",
			allowed("key-browsing")),
		documented.Row("All other endpoints require the USER_CUD permission.", allowed("key-cud")),
		documented.Row("apiKey: YOUR_API_KEY", keyInHeader),
		observed.Row("?apiKey=KEY in the place of the header", keyInQuery),
		observed.Row("Authorization: apikey KEY (version 1.0.0 of the specification)", keyInAuthorization),
		assumed.Row("Two different keys in one request are none", keyTwice),
		assumed.Row("No key or an unknown one is 401", badKeyIs401),
		assumed.Row("A missing permission is 403, and says which it takes", missingPermissionIs403),
		assumed.Row("A key that acts as no user must name the user", keyOfNoUser),
		assumed.Row("A key of one account never reaches another's users", accountsAreApart),
		assumed.Row("Permissions of the host's own open no endpoint, and are named in no answer", hostPermissions),
		assumed.Row("Roles and custom attributes of the host's own are not shown, and stay", hostWordsStay),
	}
}

func requestRows() []matrix.Row {
	return []matrix.Row{
		documented.Row("All the endpoints that can be called on the User controller.", everyEndpoint),
		documented.Row(`Content-Type: application/x-www-form-urlencoded "userID='UID'&state=1" in its quotes`,
			exampleSwitch("/callsAutoAnswer")),
		documented.Row("Content-Type: multipart/form-data with a JSON body and no boundary", jsonThatSaysMultipart),
		documented.Row("UID (the default of userID) is the key's own user", uidAndNothing),
		assumed.Row("JSON, forms, multipart and the query on every method", bodiesInEveryForm),
		assumed.Row("null is not given; where empty is submitted as such, null is empty", nullIsAbsent),
		assumed.Row("A parameter that is given twice or not known is 400", twiceOrUnknown),
		assumed.Row("The name of an unknown parameter is never repeated; the likely one is suggested", unknownNames),
		assumed.Row("A body over 1 MiB is 413", tooLarge),
		assumed.Row("Another content type is 415", wrongMedia),
		observed.Row("A success is type result with a message (\"No content\" in the document is an empty schema)",
			resultForm),
		observed.Row("An error is status error with a message", errorForm),
		assumed.Row("An error lists errors by field, code and message", errorForm),
		assumed.Row("All problems of a request are reported at once", allProblems),
		assumed.Row("An unknown path is 404 in the form of an error", wrongPaths),
		assumed.Row("A wrong method is 405 with Allow", wrongMethods),
	}
}

func indexRows() []matrix.Row {
	return []matrix.Row{
		documented.Row("GET /api/v2/user (the example)", exampleIndex),
		documented.Row("Returns all the users.", returnsAllTheUsers),
		documented.Row("This accepts a username, phone number or email address.", queryFinds),
		documented.Row(`query: default "", Pattern: ^([0-9a-zA-Z \+]+)|([A-Za-z0-9._+\-\']+@[A-Za-z0-9.\-]+\.[A-Za-z]{2,})$`, queryIsAPattern),
		assumed.Row("query is read as its pattern means, since the letter takes a<script>", queryIsStrict),
		assumed.Row("a name is composed (NFC) before its pattern sees it, and is kept so", namesAreComposed),
		assumed.Row("query may be any user name: jan.devries, jan-2", queryTakesUserNames),
		documented.Row("itemStart: default 0", itemStart),
		documented.Row("itemLimit: default 15", itemLimitDefault),
		observed.Row("itemLimit: maximum 999", itemLimitMaximum),
		assumed.Row("itemLimit 0 shows only how many there are", itemLimitZero),
		documented.Row("activeOnly: default false", activeOnlyDefault),
		assumed.Row("activeOnly=true leaves out who is disabled", activeOnly),
		assumed.Row("extended (default true) adds settings, views, statistics and campaigns", extended),
		assumed.Row("extended shows views only to a key that getUserViews would show them to", extendedViews),
		observed.Row("A list is type, itemStart, itemTotal, itemLimit and items", listForm),
	}
}

func settingsRows() []matrix.Row {
	return []matrix.Row{
		observed.Row("Returns all the settings for this user.", returnsAllTheSettings),
		observed.Row("userID: default UID", settingsOfOneself),
	}
}

func viewsRows() []matrix.Row {
	return []matrix.Row{
		documented.Row("GET /api/v2/user/getUserViews (the example)", exampleViews),
		documented.Row("Returns the selected views of this user.", returnsTheSelectedViews),
		documented.Row(`query: default "", Pattern: ^[0-9a-zA-Z \-\_]+$`, viewsQuery),
		documented.Row("itemStart: default 0, itemLimit: default 15", viewsWindow),
	}
}

func createRows() []matrix.Row {
	return []matrix.Row{
		documented.Row("POST /api/v2/user (the example)", exampleCreate),
		documented.Row("Creates a new user.", createsANewUser),
		observed.Row("firstname, lastname, name, email and telephone_number are required", createNeeds),
		documented.Row(`firstname: ^[a-zA-ZÀ-ÖØ-Þß-öø-ÿ\- ]+$`, field("POST", "", newUser, "firstname", goodNames, badNames)),
		documented.Row(`lastname: ^[a-zA-ZÀ-ÖØ-Þß-öø-ÿ\- ]+$`, field("POST", "", newUser, "lastname", goodNames, badNames)),
		assumed.Row("Strict takes O'Brien and Łukasz, and no name of blanks", strictNames),
		documented.Row(`The username of this user. ^[a-zA-Z0-9\.\-]+$`,
			field("POST", "", newUser, "name", []string{"jan.jansen-2", "12"}, badLogins)),
		documented.Row("email: name@gmail.com", emailForm("POST", "", newUser)),
		documented.Row(`telephone_number: ^\+[0-9]+$`, telephone("POST", "", newUser, "telephone_number")),
		observed.Row("telephone_number has 12 characters, no more and no less", telephoneLength),
		observed.Row("name has at least 2 characters", nameLength),
		documented.Row("language: default en", languageDefault),
		documented.Row("dateFormat: en_GB (default)", dateFormatDefault),
		documented.Row("dateFormat: ^([a-z]{2}_[A-Z]{2})|(iso)$", dateFormat("POST", "", newUser)),
		documented.Row("groups: default []", groupsDefault),
		documented.Row("sendActivationMail: default true", activationMail),
		assumed.Row("A name that is taken is 409", nameIsTaken),
	}
}

func updateRows() []matrix.Row {
	return []matrix.Row{
		documented.Row("PUT /api/v2/user/{id} (the example)", exampleUpdate),
		documented.Row("Updates the user's data.", updatesTheUser),
		documented.Row("Leaving any parameter empty will submit it as such.", emptyIsSubmitted),
		documented.Row("If you don't want to change a property, do not include it at all.", absentIsNotChanged),
		documented.Row(`firstname: ^[a-zA-ZÀ-ÖØ-Þß-öø-ÿ\- ]+$`,
			field("PUT", "/2", "", "firstname", goodNames, without(badNames, ""))),
		documented.Row(`lastname: ^[a-zA-ZÀ-ÖØ-Þß-öø-ÿ\- ]+$`,
			field("PUT", "/2", "", "lastname", goodNames, without(badNames, ""))),
		documented.Row(`The username of this user. ^[a-zA-Z0-9\.\-]+$`,
			field("PUT", "/2", "", "name", []string{"jan.jansen-2"}, badLogins)),
		documented.Row(`telephone: ^\+[0-9]+$`, telephone("PUT", "/2", "", "telephone")),
		documented.Row("email: name@gmail.com", emailForm("PUT", "/2", "")),
		documented.Row("dateFormat: ^([a-z]{2}_[A-Z]{2})|(iso)$", dateFormat("PUT", "/2", "")),
		documented.Row("language: nl", field("PUT", "/2", "", "language", []string{"nl", "en", "en_GB"},
			map[string]string{"x": "too_short", "english language": "pattern"})),
		documented.Row("A name to the letter: blanks and hyphens anywhere", documentedName),
		documented.Row("A date format to the letter: miso", dateFormatLetter),
		documented.Row("groups=[1]", groupsForms),
		assumed.Row("telephone and telephone_number are one", bothTelephones),
		assumed.Row("No country code begins with 0: such a number could not be found again", telephoneZero),
	}
}

func without(list map[string]string, name string) map[string]string {
	rest := map[string]string{}
	for k, v := range list {
		if k != name {
			rest[k] = v
		}
	}
	return rest
}

func renameRows() []matrix.Row {
	return []matrix.Row{
		documented.Row("PUT /api/v2/user/usernameUpdate (the example)",
			theExample("PUT /api/v2/user/usernameUpdate", func(e *env) {
				equal(e.t, "name", e.user(1).Identity.Login, "text")
			})),
		documented.Row("PUT /api/v2/user/firstnameUpdate (the example)",
			theExample("PUT /api/v2/user/firstnameUpdate", func(e *env) {
				equal(e.t, "names", e.user(1).Names, user.Names{First: "text", Last: "Baas"})
			})),
		documented.Row("PUT /api/v2/user/lastnameUpdate (the example)",
			theExample("PUT /api/v2/user/lastnameUpdate", func(e *env) {
				equal(e.t, "names", e.user(1).Names, user.Names{First: "Bo", Last: "text"})
			})),
		documented.Row(`Updates this user's username. ^[a-zA-Z0-9\.\-]+$`, renamesUsername),
		documented.Row(`Updates this user's first name. ^[a-zA-ZÀ-ÖØ-Þß-öø-ÿ\- ]+$`, renamesFirst),
		documented.Row(`Updates this user's last name. ^[a-zA-ZÀ-ÖØ-Þß-öø-ÿ\- ]+$`, renamesLast),
	}
}

func preferenceRows() []matrix.Row {
	return []matrix.Row{
		documented.Row("PUT /api/v2/user/updateUserView (the example)",
			theExample("PUT /api/v2/user/updateUserView", func(e *env) {
				equal(e.t, "views", e.user(1).Preferences.Views.Slice(), []user.ViewID{1})
			})),
		documented.Row("Updates the selected views for this user.", updatesTheSelectedViews),
		assumed.Row("viewID: a view that the account has not is refused if it has others", unknownView),
		documented.Row("PUT /api/v2/user/maxChats (the example)", theExample("PUT /api/v2/user/maxChats", func(e *env) {
			equal(e.t, "maxChats", e.user(1).Capacity.MaxChats, 1)
		})),
		documented.Row("Updates the maximum chats for this user.", updatesMaxChats),
		documented.Row("PUT /api/v2/user/chatSoundNewMessage (the example)", exampleSwitch("/chatSoundNewMessage")),
		documented.Row("Updates the chat sound on or off for this user.",
			aSwitch("/chatSoundNewMessage", switches["/chatSoundNewMessage"])),
		documented.Row("PUT /api/v2/user/notifyOnTicketAssignment (the example)", exampleSwitch("/notifyOnTicketAssignment")),
		documented.Row("Sets the setting to notify the user on ticket assignment on or off for this user.",
			aSwitch("/notifyOnTicketAssignment", switches["/notifyOnTicketAssignment"])),
		documented.Row("PUT /api/v2/user/ticketIncognitoMode (the example)", exampleSwitch("/ticketIncognitoMode")),
		documented.Row("Updates this user's incognito mode on tickets.",
			aSwitch("/ticketIncognitoMode", switches["/ticketIncognitoMode"])),
		documented.Row("PUT /api/v2/user/callsAutoAnswer (the example)", exampleSwitch("/callsAutoAnswer")),
		documented.Row("Updates this user's setting on automatically answering calls.",
			aSwitch("/callsAutoAnswer", switches["/callsAutoAnswer"])),
	}
}

func statisticRows() []matrix.Row {
	const path = "/userStatistic"
	return []matrix.Row{
		documented.Row("POST /api/v2/user/userStatistic (the example)",
			theExample("POST /api/v2/user/userStatistic", func(e *env) {
				equal(e.t, "statistics", kpi(e, 1), []user.Statistic{{Name: "text"}})
			})),
		documented.Row("Adds user statistic KPI.", addsAStatistic),
		documented.Row(`POST userStatistic: ^[a-zA-Z\_]+$, default "" and ^[0-9a-zA-Z]+$`,
			kpiPatterns("POST", path, "", "statisticOption")),
		documented.Row("DELETE /api/v2/user/userStatistic (the example)",
			theExample("DELETE /api/v2/user/userStatistic", func(e *env) {
				equal(e.t, "statistics left", len(kpi(e, 1)), 0)
			})),
		documented.Row("Deletes user statistic settings.", deletesAStatistic),
		documented.Row(`DELETE userStatistic: ^[a-zA-Z\_]+$, default "" and ^[0-9a-zA-Z]+$`,
			kpiPatterns("DELETE", path, "", "statisticPrimaryOption")),
		assumed.Row("DELETE userStatistic of what is not on the board is 404", kpiIsUnknown("DELETE", path, "")),
		documented.Row("PUT /api/v2/user/watch (the example)", theExample("PUT /api/v2/user/watch", func(e *env) {
			equal(e.t, "statistics", kpi(e, 1), []user.Statistic{{Name: "text", Watched: true}})
		})),
		documented.Row("Updates this user's statistics watch setting.", watches),
		documented.Row(`PUT watch: ^[a-zA-Z\_]+$, default "" and ^[0-9a-zA-Z]+$`,
			kpiPatterns("PUT", "/watch", "watchToggle=watch", "statisticPrimaryOption")),
		assumed.Row("watchToggle=unwatch ends it", unwatches),
		assumed.Row("PUT watch of what is not on the board is 404", kpiIsUnknown("PUT", "/watch", "watchToggle=watch")),
		assumed.Row("statisticOption and statisticPrimaryOption are one", bothOptions),
	}
}

func campaignRows() []matrix.Row {
	return []matrix.Row{
		documented.Row("POST /api/v2/user/userCampaignState (the example)",
			theExample("POST /api/v2/user/userCampaignState", func(e *env) {
				equal(e.t, "campaigns", e.user(1).Preferences.Campaigns.Slice(), []user.Campaign{{Name: "text", Active: true}})
			})),
		documented.Row("Sets this user's active or inactive campaigns.", setsCampaigns),
		documented.Row(`Name of the campaign you want to set the user's status to. ^[a-zA-z0-9\-_]+$`, campaignPattern),
		assumed.Row("campaign is read as its pattern means, since the letter takes a^b", campaignIsStrict),
		assumed.Row("A user has at most 1,000 campaigns", tooManyCampaigns),
		documented.Row("POST /api/v2/user/refreshTab (the example)", exampleRefreshTab),
		documented.Row(`Invokes a refresh on this tab. ^[a-zA-Z0-9\_]+$`, refreshesTheTab),
	}
}

func statusRows() []matrix.Row {
	return []matrix.Row{
		documented.Row("POST /api/v2/user/updateStatus (the example)", exampleUpdateStatus),
		documented.Row("Updates this user's status.", updatesTheStatus),
		assumed.Row("statusID is 1 OFFLINE to 8 DND", statusNumbers),
		assumed.Row("userID or userEmailAddress; both must name one user", statusByEmail),
		assumed.Row("An address is found for a key that may set the status, and for no other",
			statusByEmailNeedsTheSamePermission),
		assumed.Row("An address that two users share names neither", sharedEmail),
		assumed.Row("Neither userID nor userEmailAddress is the key's own user", statusOfOneself),
		documented.Row("lastInternalCallID: 1", lastInternalCallID),
		documented.Row("browserRequestTime: default 0", browserRequestTime),
		assumed.Row("A locked status is 409", lockedStatusStays),
	}
}

func lockRows() []matrix.Row {
	return []matrix.Row{
		documented.Row("POST /api/v2/user/statusLock (the example)", exampleLock),
		documented.Row("Sets this user to a specific status and locks it.", locksTheStatus),
		documented.Row("POST /api/v2/user/statusLockDelete (the example)", exampleUnlock),
		documented.Row("Deletes the status lock on this user.", deletesTheLock),
		assumed.Row("Without userID it is the key's own user", lockOfOneself),
	}
}

func reserveRows() []matrix.Row {
	return []matrix.Row{
		assumed.Row("Without userID the enabled, ready, unreserved user with the most free chats is chosen, ties by lowest id", reservesTheFreest),
		assumed.Row("With userID that user is reserved, or 409", reservesTheNamed),
		assumed.Row("channel is required and named as a campaign is; state is 1 or 0", reserveChannel),
		assumed.Row("state=0 releases", releases),
		assumed.Row("A reservation expires", reservationExpires),
		assumed.Row("Two callers never get the same last slot", theLastSlot),
	}
}
