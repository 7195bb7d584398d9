package validate

import (
	"math"
	"unicode/utf8"
)

// voximplantRules are the rules of the Management API's methods on users. A rule without documented
// is the same under both profiles.
var voximplantRules = []definition{
	VoximplantUserName: {
		isName: true,
		name:   "voximplant.user_name", vendor: vendorVoximplant,
		strict: spec{`^[a-z0-9][a-z0-9_-]{2,49}$`, matchVoximplantUserName, 3, 50},
		valid:  "user name: letters a to z, digits, - and _, with a letter or a digit first",
		source: "The user name in format [a-z0-9][a-z0-9_-]{2,49} (A format is the whole value: 51 characters and " +
			"upper case are refused.)",
	},
	VoximplantUserDisplayName: {
		isName: true,
		name:   "voximplant.user_display_name", vendor: vendorVoximplant, unit: Characters,
		documented: &spec{"", utf8.ValidString, 1, 255},
		strict:     strictLine,
		valid:      "display name: one line of text",
		source:     "The user display name. The length must be less than 256",
	},
	VoximplantUserPassword: {
		name: "voximplant.user_password", vendor: vendorVoximplant, unit: Characters, ownLimit: true,
		documented: &spec{`[A-Z] && [a-z] && [0-9] && [^A-Za-z0-9]`, matchPasswordDocumented, 8, 255},
		strict: spec{
			`\p{Lu} && \p{Ll} && \p{Nd} && [^\p{L}\p{M}\p{Nd}\p{Z}\p{Cc}] && ^[^\p{Z}\p{Cc}]*$`,
			matchPassword, 8, 255,
		},
		valid: "password: at least one upper-case letter, one lower-case letter, one digit and one special character",
		source: "Must be at least 8 characters long and contain at least one uppercase and lowercase letter, " +
			"one number, and one special character (Blanks are refused with an error of their own.)",
	},
	VoximplantUserCustomData: {
		name: "voximplant.user_custom_data", vendor: vendorVoximplant, unit: Characters,
		documented: &spec{"", utf8.ValidString, 0, 8191},
		strict:     spec{patternText, matchText, 0, 8191},
		valid:      "text",
		source:     "Any string (The length must be less than 8192.)",
	},
	VoximplantMobilePhone: {
		name: "voximplant.mobile_phone", vendor: vendorVoximplant, unit: Characters,
		documented: &spec{"", utf8.ValidString, 0, 49},
		strict:     strictMobile,
		valid:      validMobile,
		source:     "mobile_phone: less than 50 characters.",
	},
	VoximplantTransactionDescription: {
		name: "voximplant.transaction_description", vendor: vendorVoximplant, unit: Characters,
		documented: &spec{"", utf8.ValidString, 0, 119},
		strict:     spec{patternLine, matchLine, 0, 119},
		valid:      "description: one line of text",
		source:     "The account transaction description; the user transaction description. (Less than 120 characters.)",
	},
	VoximplantAmount: {
		name: "voximplant.amount", vendor: vendorVoximplant, ownLimit: true,
		strict: expression(`^-?(?:0*[1-9][0-9]*(?:\.[0-9]+)?|0+\.(?:[1-9]|0[1-9])[0-9]*)$`, 1, 64),
		valid:  "amount: a decimal number whose magnitude is at least 0.01",
		source: "The money amount, $. The absolute amount value must be equal or greater than 0.01",
	},
	VoximplantCurrency: {
		name: "voximplant.currency", vendor: vendorVoximplant,
		strict: expression(`^[A-Z]{3}$`, 3, 3),
		valid:  "currency code: three letters A to Z",
		source: "The amount currency. Examples: RUR, EUR, USD",
	},
	VoximplantID: {
		name: "voximplant.id", vendor: vendorVoximplant, unit: Number, ownLimit: true,
		strict: spec{`^[0-9]+$`, nil, 1, math.MaxInt64},
		valid:  "whole number",
		source: "user_id, application_id, skill_id, acd_queue_id: number (0 stands for not given.)",
	},
	VoximplantIntList: {
		name: "voximplant.intlist", vendor: vendorVoximplant, ownLimit: true,
		documented: &spec{`^(?:all|[0-9]+(?:;[0-9]+)*)$`, matchIntListDocumented, 1, maxList},
		strict:     spec{`^(?:all|[1-9][0-9]{0,18}(?:;[1-9][0-9]{0,18})*)$`, matchIntList, 1, maxList},
		valid:      "list: all, or ids separated by semicolons",
		source:     "The user ID list separated by semicolons (;). Use the 'all' value to select all users",
	},
	VoximplantStringList: {
		name: "voximplant.stringlist", vendor: vendorVoximplant, ownLimit: true,
		documented: &spec{`^[^;]+(?:;[^;]+)*$`, matchStringListDocumented, 1, maxList},
		strict: spec{
			`^[^;]+(?:;[^;]+)*$ && ` + patternLine,
			matchStringList, 1, maxList,
		},
		valid:  "list: names separated by semicolons",
		source: "The user name list separated by semicolons (;) that can be used instead of user_id",
	},
	VoximplantACDStatus: {
		name: "voximplant.acd_status", vendor: vendorVoximplant,
		strict: expression(`^(?:OFFLINE|ONLINE|READY|BANNED|IN_SERVICE|AFTER_SERVICE|TIMEOUT|DND)$`, 3, 13),
		valid:  "status: OFFLINE, ONLINE, READY, BANNED, IN_SERVICE, AFTER_SERVICE, TIMEOUT or DND",
		source: "The following values are possible: OFFLINE, ONLINE, READY, BANNED, IN_SERVICE, AFTER_SERVICE, " +
			"TIMEOUT, DND",
	},
	VoximplantOrderBy: {
		name: "voximplant.order_by", vendor: vendorVoximplant, words: "user_id, user_name, user_display_name",
		strict: expression(`^(?:user_id|user_name|user_display_name)$`, 7, 17),
		valid:  "value",
		source: "The following values are available: 'user_id', 'user_name' and 'user_display_name'",
	},
	VoximplantCount: {
		name: "voximplant.count", vendor: vendorVoximplant, unit: Number, ownLimit: true,
		strict: spec{`^[0-9]+$`, nil, 0, math.MaxInt64},
		valid:  "whole number",
		source: "The max returning record count (default 20; what is over the page limit is capped, not refused)",
	},
	VoximplantOffset: {
		name: "voximplant.offset", vendor: vendorVoximplant, unit: Number, ownLimit: true,
		strict: spec{`^[0-9]+$`, nil, 0, math.MaxInt64},
		valid:  "whole number",
		source: "The first N records are skipped in the output",
	},
}
