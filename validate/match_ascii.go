package validate

import (
	"strings"
	"unicode/utf8"
)

// The matchers below are named after their rule and equal to the expression beside it in the table.

func matchOmnideskQueryDocumented(s string) bool {
	// ^ binds only the first alternative: any text that begins with a character of it matches.
	if s != "" && classes[s[0]]&(alnum|space|plus) != 0 {
		return utf8.ValidString(s)
	}
	// $ binds only the second: any text that ends in something like an address matches.
	at := strings.LastIndexByte(s, '@')
	return at > 0 && classes[s[at-1]]&omnideskLocal != 0 && matchOmnideskDomain(s[at+1:]) && utf8.ValidString(s)
}

const omnideskLocal = alnum | dot | underscore | plus | hyphen | apostrophe

func matchOmnideskQueryStrict(s string) bool {
	// A user name or a telephone number.
	if someOf(s, alnum|space|dot|underscore|plus|hyphen) {
		return true
	}
	at := strings.LastIndexByte(s, '@')
	return at > 0 && allOf(s[:at], omnideskLocal) && matchOmnideskDomain(s[at+1:])
}

// matchOmnideskDomain is [A-Za-z0-9.\-]+\.[A-Za-z]{2,}$.
func matchOmnideskDomain(s string) bool {
	i := strings.LastIndexByte(s, '.')
	return i > 0 && len(s)-i > 2 && allOf(s[i+1:], letter) && allOf(s[:i], alnum|dot|hyphen)
}

func matchOmnideskUserName(s string) bool { return someOf(s, alnum|dot|hyphen) }

func matchOmnideskViewQuery(s string) bool { return someOf(s, alnum|space|hyphen|underscore) }

func matchOmnideskTelephone(s string) bool { return len(s) > 1 && s[0] == '+' && allOf(s[1:], digit) }

func matchE164(s string) bool {
	return len(s) >= 8 && len(s) <= 16 && s[0] == '+' && s[1] != '0' && allOf(s[1:], digit)
}

// isLocale reports whether s matches [a-z]{2}_[A-Z]{2}.
func isLocale(s string) bool {
	return len(s) == 5 && allOf(s[:2], lower) && s[2] == '_' && allOf(s[3:], upper)
}

func matchOmnideskDateFormatDocumented(s string) bool {
	return (len(s) >= 5 && isLocale(s[:5]) || strings.HasSuffix(s, "iso")) && utf8.ValidString(s)
}

func matchDateFormat(s string) bool { return s == "iso" || isLocale(s) }

func matchStatistic(s string) bool { return someOf(s, letter|underscore) }

func matchAlnum(s string) bool { return someOf(s, alnum) }

func matchWord(s string) bool { return someOf(s, alnum|underscore) }

func matchCampaignDocumented(s string) bool {
	return someOf(s, alnum|hyphen|underscore|bracket|backslash|accent)
}

func matchCampaign(s string) bool { return someOf(s, alnum|hyphen|underscore) }

func matchWatchToggle(s string) bool { return oneOf(s, "watch", "unwatch") }

func matchVoximplantUserName(s string) bool {
	return len(s) >= 3 && len(s) <= 50 && classes[s[0]]&(lower|digit) != 0 &&
		allOf(s[1:], lower|digit|underscore|hyphen)
}

// matchIntListDocumented is ^(?:all|[0-9]+(?:;[0-9]+)*)$.
func matchIntListDocumented(s string) bool {
	return s == "all" || everyItem(s, func(item string) bool { return someOf(item, digit) })
}

func matchIntList(s string) bool {
	return s == "all" || everyItem(s, func(item string) bool {
		return len(item) <= maxDigits && someOf(item, digit) && item[0] != '0'
	})
}

func matchStringListDocumented(s string) bool {
	return everyItem(s, func(item string) bool { return item != "" }) && utf8.ValidString(s)
}

func matchStringList(s string) bool {
	return matchLine(s) && matchStringListDocumented(s)
}

// everyItem reports whether ok returns true for each part of s between semicolons.
func everyItem(s string, ok func(string) bool) bool {
	for {
		i := strings.IndexByte(s, ';')
		if i < 0 {
			return ok(s)
		}
		if !ok(s[:i]) {
			return false
		}
		s = s[i+1:]
	}
}

func matchOrderBy(s string) bool { return oneOf(s, "user_id", "user_name", "user_display_name") }

func matchACDStatus(s string) bool {
	return oneOf(s, "OFFLINE", "ONLINE", "READY", "BANNED", "IN_SERVICE", "AFTER_SERVICE", "TIMEOUT", "DND")
}

func matchCurrencyCode(s string) bool { return len(s) == 3 && allOf(s, upper) }

// matchAmount reports whether s is a decimal number whose absolute value is at least 0.01. s may
// begin with a minus sign. It has digits, and may have a point with more digits behind it.
func matchAmount(s string) bool {
	s = strings.TrimPrefix(s, "-")
	whole, fraction, point := strings.Cut(s, ".")
	if !someOf(whole, digit) || point && !someOf(fraction, digit) {
		return false
	}
	return strings.Trim(whole, "0") != "" ||
		fraction != "" && fraction[0] != '0' || len(fraction) > 1 && fraction[1] != '0'
}

func matchLivePersonAccountID(s string) bool { return len(s) <= 20 && someOf(s, alnum|underscore) }

func matchLivePersonVersion(s string) bool {
	if s == "" || s[0] < '1' || s[0] > '6' {
		return false
	}
	fraction, point := strings.CutPrefix(s[1:], ".")
	switch {
	case !point:
		return len(s) == 1
	case s[0] == '6':
		return fraction != "" && strings.Trim(fraction, "0") == ""
	}
	return someOf(fraction, digit)
}

func matchLivePersonVersionDocumented(s string) bool {
	whole, fraction, point := strings.Cut(s, ".")
	return someOf(whole, digit) && (!point || someOf(fraction, digit))
}

func matchRevision(s string) bool { return s == "-1" || someOf(s, digit) }

// matchTimestampDocumented is ^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}$.
func matchTimestampDocumented(s string) bool {
	return len(s) == 19 && s[4] == '-' && s[7] == '-' && s[10] == ' ' && s[13] == ':' && s[16] == ':' &&
		areTwoDigits(s[0:]) && areTwoDigits(s[2:]) && areTwoDigits(s[5:]) && areTwoDigits(s[8:]) &&
		areTwoDigits(s[11:]) && areTwoDigits(s[14:]) && areTwoDigits(s[17:])
}

func matchTimestamp(s string) bool {
	if !matchTimestampDocumented(s) {
		return false
	}
	year, month, day := twoDigits(s[0:])*100+twoDigits(s[2:]), twoDigits(s[5:]), twoDigits(s[8:])
	days := 31
	switch month {
	case 4, 6, 9, 11:
		days = 30
	case 2:
		days = 28
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			days = 29
		}
	}
	return month >= 1 && month <= 12 && day >= 1 && day <= days &&
		twoDigits(s[11:]) < 24 && twoDigits(s[14:]) < 60 && twoDigits(s[17:]) < 60
}

// areTwoDigits reports whether the first two bytes of s are digits.
func areTwoDigits(s string) bool { return s[0]-'0' <= 9 && s[1]-'0' <= 9 }

// twoDigits returns the number in the first two bytes of s, which must be digits.
func twoDigits(s string) int { return int(s[0]-'0')*10 + int(s[1]-'0') }

func matchGenesysIDDocumented(s string) bool { return len(s) == 32 && allOf(s, hex) }

func matchGenesysID(s string) bool { return len(s) == 32 && allOf(s, digit|hexLower) }

func matchUUID(s string) bool {
	return len(s) == 36 && s[8] == '-' && s[13] == '-' && s[18] == '-' && s[23] == '-' &&
		allOf(s[:8], hex) && allOf(s[9:13], hex) && allOf(s[14:18], hex) && allOf(s[19:23], hex) && allOf(s[24:], hex)
}

func matchGenesysRole(s string) bool { return oneOf(s, "ROLE_ADMIN", "ROLE_AGENT") }

func matchOnOff(s string) bool { return oneOf(s, "On", "Off") }

func matchAll(s string) bool { return s == "*" }

// matchFields reports whether s matches ^(?:\*|[A-Za-z]+(?:,[A-Za-z]+)*)$: an asterisk, or words of
// letters separated by commas.
func matchFields(s string) bool {
	if s == "*" {
		return true
	}
	for name := range strings.SplitSeq(s, ",") {
		if !someOf(name, letter) {
			return false
		}
	}
	return true
}

// matchAccountID is ^[A-Za-z0-9_][A-Za-z0-9._\-]*$.
func matchAccountID(s string) bool {
	return s != "" && s[0] != '.' && s[0] != '-' && allOf(s, alnum|dot|underscore|hyphen)
}

func matchPID(s string) bool { return someOf(s, alnum|dot|underscore|hyphen|colon) }

func matchTag(s string) bool { return someOf(s, alnum|dot|underscore|hyphen|colon|slash) }

func matchKey(s string) bool { return someOf(s, graphic) }

const mobileText = alnum | space | plus | paren | dot | slash | hyphen | hash | star | comma

// matchMobile accepts the characters of mobileText with at least one digit.
func matchMobile(s string) bool {
	return allOf(s, mobileText) && strings.ContainsAny(s, "0123456789")
}

// matchLanguage reports whether s matches ^[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8})*$, the form of a
// language tag such as "en-GB" or "en_GB".
func matchLanguage(s string) bool {
	n := strings.IndexAny(s, "-_")
	if n < 0 {
		n = len(s)
	}
	if n < 2 || n > 3 || !allOf(s[:n], letter) {
		return false
	}
	for s = s[n:]; s != ""; s = s[n:] {
		s = s[1:]
		if n = strings.IndexAny(s, "-_"); n < 0 {
			n = len(s)
		}
		if n < 1 || n > 8 || !allOf(s[:n], alnum) {
			return false
		}
	}
	return true
}

// matchURI reports whether s matches ^(?:(?i:https?)://[text]+|/[text]*)$, where [text] are the
// characters of a URI (uriText): a URL with http or https, or a path that begins with a slash.
func matchURI(s string) bool {
	if s != "" && s[0] == '/' {
		return allOf(s, uriText)
	}
	i := strings.Index(s, "://")
	return (i == 4 || i == 5) && strings.EqualFold(s[:i], "https"[:i]) && someOf(s[i+3:], uriText)
}
