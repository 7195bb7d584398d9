package validate

import "unicode/utf8"

// rosterRules are the library's own rules, which apply to every user. They accept every value that
// the four vendors accept under their strict rules.
var rosterRules = []definition{
	AccountID: {
		name: "roster.account_id", vendor: vendorRoster,
		strict: spec{`^[A-Za-z0-9_][A-Za-z0-9._\-]*$`, matchAccountID, 1, 64},
		valid:  "account id: letters A to Z, digits and . _ -, with a letter, a digit or _ first",
		source: "The tenant's id, safe in a path, a file name (never .. or an option) and a log. Holds LivePerson's.",
	},
	Login: {
		isName: true,
		name:   "roster.login", vendor: vendorRoster,
		strict: strictLogin,
		valid:  validLogin,
		source: "What an e-mail address may hold, with or without the @, so that the logins of all four vendors fit.",
	},
	PersonName: {
		isName: true,
		name:   "roster.person_name", vendor: vendorRoster, unit: Characters,
		documented: &spec{"(?:" + patternPersonName + ")|(?:" + patternOmnideskName + ")", matchPersonNameDocumented, 1, maxName},
		strict:     strictPerson,
		valid:      validName,
		source: "First and last names in every script: O'Brien, 't Hooft, Łukasz, José in one code point or two. " +
			"(Documented adds what Omnidesk's letter takes: blanks and hyphens anywhere.)",
	},
	DisplayName: {
		isName: true,
		name:   "roster.display_name", vendor: vendorRoster, unit: Characters,
		strict: strictLine,
		valid:  "display name: one line of text",
		source: "One line of text. Voximplant: less than 256. LivePerson calls it nickname.",
	},
	FullName: {
		isName: true,
		name:   "roster.full_name", vendor: vendorRoster, unit: Characters,
		strict: strictLine,
		valid:  "full name: one line of text",
		source: "One line of text. LivePerson: unique string.",
	},
	Email: {
		name: "roster.email", vendor: vendorRoster,
		strict: strictEmail,
		valid:  "e-mail address",
		source: "RFC 5321 dot-string and domain, with the letters of every script (RFC 6531). No quoted local part.",
	},
	Phone: {
		name: "roster.phone", vendor: vendorRoster,
		strict: spec{patternE164, matchE164, 8, 16},
		valid:  validPhone,
		source: "ITU-T E.164: a plus sign and up to 15 digits, country code first.",
	},
	Mobile: {
		name: "roster.mobile", vendor: vendorRoster, unit: Characters,
		strict: strictMobile,
		valid:  validMobile,
		source: "Free form with one digit at least. LivePerson shows 0542-123456; Voximplant: less than 50.",
	},
	Language: {
		name: "roster.language", vendor: vendorRoster,
		strict: spec{patternLanguage, matchLanguage, 2, 35},
		valid:  "language tag, such as en-GB",
		source: "The shape of a BCP 47 tag, en_GB as well as en-GB; LanguageTag knows which exist.",
	},
	DateFormat: {
		name: "roster.date_format", vendor: vendorRoster,
		documented: new(expression(patternOmnideskDate, 3, 5)),
		strict:     strictDate,
		valid:      "date format: iso, or a locale such as en_GB",
		source:     "What Omnidesk's pattern meant: a locale or iso. (Documented: to the letter.)",
	},
	Description: {
		name: "roster.description", vendor: vendorRoster, unit: Characters,
		strict: spec{patternText, matchText, 0, maxLong},
		valid:  "text",
		source: "Text of several lines. LivePerson: the description of the user.",
	},
	CustomData: {
		name: "roster.custom_data", vendor: vendorRoster, unit: Characters,
		strict: spec{patternText, matchText, 0, maxLong},
		valid:  "text",
		source: "Text of several lines. Voximplant: any string, less than 8192.",
	},
	URI: {
		name: "roster.uri", vendor: vendorRoster,
		strict: spec{patternURI, matchURI, 1, 2048},
		valid:  "address: http, https, or a path that begins with /",
		source: "http, https or a path such as /pictures/image.jpg: no scheme that a page would run.",
	},
	ExternalID: {
		name: "roster.external_id", vendor: vendorRoster, unit: Characters,
		strict: strictLine,
		valid:  "id: one line of text",
		source: "An id that another system gave: employee, picture, mobile app (lpMobileApp-123).",
	},
	PID: {
		name: "roster.pid", vendor: vendorRoster,
		strict: some(`A-Za-z0-9._:\-`, 1, 64),
		valid:  "id: letters A to Z, digits and . _ : -",
		source: "LivePerson: a user's process id, unique string.",
	},
	AppKey: {
		name: "roster.app_key", vendor: vendorRoster,
		strict: some(`!-~`, 1, 255),
		valid:  "key: printable ASCII without blanks",
		source: "LivePerson: the API user's application keys, the OAuth2 client id.",
	},
	Password: {
		name: "roster.password", vendor: vendorRoster,
		strict: spec{"", utf8.ValidString, 1, 1024},
		valid:  "password",
		source: "Any text; what it must be made of is the policy's matter. The limit bounds the cost of hashing.",
	},
	Campaign: {
		name: "roster.campaign", vendor: vendorRoster,
		strict: some(campaignText, 1, maxName),
		valid:  "campaign: letters A to Z, digits, - and _",
		source: "What Omnidesk's pattern meant.",
	},
	Statistic: {
		name: "roster.statistic", vendor: vendorRoster,
		strict: some(`a-zA-Z_`, 1, maxName),
		valid:  "statistic: letters A to Z and _",
		source: "Omnidesk's statistic.",
	},
	StatisticOption: {
		name: "roster.statistic_option", vendor: vendorRoster,
		strict: some(`0-9a-zA-Z`, 1, maxName),
		valid:  "option: letters A to Z and digits",
		source: "Omnidesk's primary and secondary option.",
	},
	TabID: {
		name: "roster.tab_id", vendor: vendorRoster,
		strict: some(`a-zA-Z0-9_`, 1, maxName),
		valid:  "tab: letters A to Z, digits and _",
		source: "Omnidesk's tabID.",
	},
	Tag: {
		name: "roster.tag", vendor: vendorRoster,
		strict: some(`A-Za-z0-9._:/\-`, 1, 64),
		valid:  "tag: letters A to Z, digits and . _ : / -",
		source: "A short word of the embedder's own.",
	},
	Channel: {
		name: "roster.channel", vendor: vendorRoster,
		strict: some(campaignText, 1, maxName),
		valid:  "channel: letters A to Z, digits, - and _",
		source: "The live channel that a user is reserved for, named as a campaign is.",
	},
	ReferenceName: {
		isName: true,
		name:   "roster.reference_name", vendor: vendorRoster, unit: Characters,
		strict: strictLine,
		valid:  "name: one line of text",
		source: "One line of text: the name of an application, skill, group, queue, profile, device or view.",
	},
	SearchText: {
		name: "roster.search_text", vendor: vendorRoster, unit: Characters,
		strict: spec{patternLine, matchLine, 1, maxEmail},
		valid:  "search text: one line of text",
		source: "A part of a name, login, e-mail address or telephone number.",
	},
	TransactionDescription: {
		name: "roster.transaction_description", vendor: vendorRoster, unit: Characters,
		strict: spec{patternLine, matchLine, 0, 119},
		valid:  "description: one line of text",
		source: "One line of text. Voximplant: less than 120.",
	},
	Reason: {
		name: "roster.reason", vendor: vendorRoster, unit: Characters,
		strict: spec{patternLine, matchLine, 0, 500},
		valid:  "reason: one line of text",
		source: "One line of text beside a change: why it was made.",
	},
	IdempotencyKey: {
		name: "roster.idempotency_key", vendor: vendorRoster,
		strict: some(`!-~`, 1, 255),
		valid:  "key: printable ASCII without blanks",
		source: "Printable ASCII, chosen by the caller.",
	},
}
