package omnidesk

import "github.com/ca74b63c/roster/examples/vendorhttp"

// knownNames are the parameters of the endpoints, and that of the key.
var knownNames = vendorhttp.NamesOf(
	keyName, "activeOnly", "browserRequestTime", "campaign", "channel", "dateFormat", "email", "extended", "firstname", "groups",
	"id", "itemLimit", "itemStart", "language", "lastInternalCallID", "lastname", "maxChats", "name", "newValue", "query",
	"sendActivationMail", "state", "statistic", "statisticOption", "statisticPrimaryOption", "statisticSecondaryOption", "status",
	"statusID", "tabID", "telephone", "telephone_number", "userEmailAddress", "userID", "username", "viewID", "watchToggle",
)
