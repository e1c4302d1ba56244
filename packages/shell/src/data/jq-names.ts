/** Words and functions of jq that compute, end, and tell nothing but what they are given. */
export const jqNames: ReadonlySet<string> = new Set(
  `length utf8bytelength not keys keys_unsorted values has in map map_values path paths leaf_paths del to_entries from_entries with_entries select
empty error add any all flatten floor ceil round sqrt fabs abs tostring tonumber type nan isnan isinfinite isnormal sort sort_by group_by min max
min_by max_by unique unique_by reverse contains inside startswith endswith ltrimstr rtrimstr trimstr trim ltrim rtrim split join splits ascii_downcase
ascii_upcase test match capture scan sub gsub ascii implode explode tojson fromjson todate fromdate fromdateiso8601 todateiso8601 now strftime strptime
mktime gmtime localtime date indices index rindex null true false and or if then elif else end as reduce first last nth try catch arrays objects
iterables booleans numbers normals finites strings nulls scalars toarray getpath pick transpose input_line_number tostream ascii walk
@text @json @csv @tsv @html @uri @sh @base64 @base64d`.split(/\s+/),
)
