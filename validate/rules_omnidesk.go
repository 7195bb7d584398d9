package validate

import (
	"math"
	"unicode/utf8"
)

// omnideskRules are the rules of the user controller, from its API specification. A rule without
// documented is the same under both profiles.
var omnideskRules = []definition{
	OmnideskQuery: {
		name: "omnidesk.query", vendor: vendorOmnidesk, ownLimit: true,
		documented: new(expression(`^([0-9a-zA-Z \+]+)|([A-Za-z0-9._+\-\']+@[A-Za-z0-9.\-]+\.[A-Za-z]{2,})$`, 1, maxEmail)),
		strict:     expression(`^(?:[0-9a-zA-Z ._+\-]+|[A-Za-z0-9._+\-']+@[A-Za-z0-9.\-]+\.[A-Za-z]{2,})$`, 1, maxEmail),
		valid:      "query: letters A to Z, digits, blanks and . _ + -, or an e-mail address",
		source: "This accepts a username, phone number or email address. (The alternation is not grouped: " +
			"any text that begins with a letter or ends in an address passes.)",
	},
	OmnideskViewQuery: {
		name: "omnidesk.view_query", vendor: vendorOmnidesk, ownLimit: true,
		strict: expression(`^[0-9a-zA-Z \-\_]+$`, 1, maxName),
		valid:  "query: letters A to Z, digits, blanks, - and _",
		source: "Returns the selected views of this user.",
	},
	OmnideskFirstName: {
		isName: true,
		name:   "omnidesk.firstname", vendor: vendorOmnidesk, unit: Characters, ownLimit: true,
		documented: &spec{patternOmnideskName, matchOmnideskName, 1, maxName},
		strict:     strictPerson,
		valid:      validName,
		source:     "Updates this user's first name. (Refuses O'Brien, Łukasz and the decomposed José.)",
	},
	OmnideskLastName: {
		isName: true,
		name:   "omnidesk.lastname", vendor: vendorOmnidesk, unit: Characters, ownLimit: true,
		documented: &spec{patternOmnideskName, matchOmnideskName, 1, maxName},
		strict:     strictPerson,
		valid:      validName,
		source:     "Updates this user's last name. (As the first name.)",
	},
	OmnideskName: {
		isName: true,
		name:   "omnidesk.name", vendor: vendorOmnidesk, ownLimit: true,
		strict: expression(`^[a-zA-Z0-9\.\-]+$`, 2, maxEmail),
		valid:  "user name: letters A to Z, digits, . and -",
		source: "The username of this user. (At least 2 characters.)",
	},
	OmnideskEmail: {
		name: "omnidesk.email", vendor: vendorOmnidesk, ownLimit: true,
		documented: new(expression(patternHTMLEmail, 1, maxEmail)),
		strict:     strictEmail,
		valid:      "e-mail address",
		source:     "\"email\": \"name@gmail.com\" (Format email, here the expression of the HTML standard.)",
	},
	OmnideskTelephone: {
		name: "omnidesk.telephone", vendor: vendorOmnidesk,
		documented: new(expression(`^\+[0-9]+$`, 12, 12)),
		strict:     spec{patternE164, matchE164, 8, 16},
		valid:      validPhone,
		source:     "telephone_number: exactly 12 characters. (Fits Dutch numbers; E.164 has up to 15 digits.)",
	},
	OmnideskLanguage: {
		name: "omnidesk.language", vendor: vendorOmnidesk, ownLimit: true,
		documented: &spec{"", utf8.ValidString, 1, 35},
		strict:     spec{patternLanguage, matchLanguage, 2, 35},
		valid:      "language tag, such as en-GB",
		source:     "language: default en; the list of values is not printed, nl occurs.",
	},
	OmnideskDateFormat: {
		name: "omnidesk.date_format", vendor: vendorOmnidesk,
		documented: new(expression(patternOmnideskDate, 3, 5)),
		strict:     strictDate,
		valid:      "date format: iso, or a locale such as en_GB",
		source:     "Pattern: ^([a-z]{2}_[A-Z]{2})|(iso)$ (The alternation is not grouped: miso passes.)",
	},
	OmnideskStatistic: {
		name: "omnidesk.statistic", vendor: vendorOmnidesk, ownLimit: true,
		strict: some(`a-zA-Z\_`, 1, maxName),
		valid:  "statistic: letters A to Z and _",
		source: "Adds user statistic KPI.",
	},
	OmnideskStatisticOption: {
		name: "omnidesk.statistic_option", vendor: vendorOmnidesk, ownLimit: true,
		strict: some(`0-9a-zA-Z`, 1, maxName),
		valid:  "option: letters A to Z and digits",
		source: "statisticOption, statisticPrimaryOption (The default \"\" stands for not given.)",
	},
	OmnideskStatisticSecondaryOption: {
		name: "omnidesk.statistic_secondary_option", vendor: vendorOmnidesk, ownLimit: true,
		strict: some(`0-9a-zA-Z`, 1, maxName),
		valid:  "option: letters A to Z and digits",
		source: "statisticSecondaryOption (The default \"\" stands for not given.)",
	},
	OmnideskWatchToggle: {
		name: "omnidesk.watch_toggle", vendor: vendorOmnidesk, words: "watch, unwatch",
		strict: expression(`^(?:watch|unwatch)$`, 1, 7),
		valid:  "value",
		source: "watchToggle='watch' (unwatch is assumed.)",
	},
	OmnideskTabID: {
		name: "omnidesk.tab_id", vendor: vendorOmnidesk, ownLimit: true,
		strict: some(`a-zA-Z0-9\_`, 1, maxName),
		valid:  "tab: letters A to Z, digits and _",
		source: "Invokes a refresh on this tab.",
	},
	OmnideskCampaign: {
		name: "omnidesk.campaign", vendor: vendorOmnidesk, ownLimit: true,
		documented: new(some(`a-zA-z0-9\-_`, 1, maxName)),
		strict:     some(campaignText, 1, maxName),
		valid:      "campaign: letters A to Z, digits, - and _",
		source:     "Name of the campaign you want to set the user's status to. (A-z also holds [ \\ ] ^ _ `.)",
	},
	OmnideskItemStart: {
		name: "omnidesk.item_start", vendor: vendorOmnidesk, unit: Number, ownLimit: true,
		strict: spec{`^[0-9]+$`, nil, 0, math.MaxInt64},
		valid:  "whole number",
		source: "itemStart: default 0.",
	},
	OmnideskItemLimit: {
		name: "omnidesk.item_limit", vendor: vendorOmnidesk, unit: Number,
		documented: &spec{`^[0-9]+$`, nil, 0, 999},
		strict:     spec{`^[0-9]+$`, nil, 1, 999},
		valid:      "whole number",
		source:     "itemLimit: default 15, maximum 999.",
	},
	OmnideskState: {
		name: "omnidesk.state", vendor: vendorOmnidesk, unit: Number,
		strict: spec{`^[0-9]+$`, nil, 0, 1},
		valid:  "whole number",
		source: "userID='UID'&state=1; viewID=1&newValue=1",
	},
	OmnideskStatus: {
		name: "omnidesk.status", vendor: vendorOmnidesk, unit: Number,
		strict: spec{`^[0-9]+$`, nil, 1, 8},
		valid:  "whole number",
		source: "\"statusID\": 1; \"status\": 1 (Eight statuses are assumed: OFFLINE 1 to DND 8.)",
	},
}
