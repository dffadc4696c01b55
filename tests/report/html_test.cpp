// The page: what must be in it whatever the record is, read by a parser that shares nothing with the writer.

#include "gumbelcheck/report/html.hpp"

#include <gtest/gtest.h>

#include <map>
#include <pugixml.hpp>
#include <set>

#include "gumbelcheck/report/html_text.hpp"
#include "gumbelcheck/report/read_verdict.hpp"
#include "gumbelcheck/report/text.hpp"
#include "gumbelcheck/report/verdict_json.hpp"
#include "report/exhibits.hpp"
#include "report/page.hpp"
#include "report/record.hpp"

namespace gumbelcheck::report {
namespace {

std::string all_text(const pugi::xml_node& node) {
  std::string text = node.value();
  for (const pugi::xml_node& child : node.children()) text += all_text(child);
  return text;
}

std::vector<pugi::xml_node> all(const Page& page, const std::string& name) {
  std::vector<pugi::xml_node> found;
  for (const pugi::xpath_node& node : page.document.select_nodes(("//" + name).c_str())) found.push_back(node.node());
  return found;
}

TEST(Html, every_page_is_whole) {
  for (const claim::RunRecord& record : {small_record(), with_exhibits(), hostile_record(),
                                         with_exhibits(hostile_record()), many_claims(100), claim::RunRecord{}}) {
    EXPECT_EQ(first_flaw(html(record)), "");
  }
}

TEST(Html, what_is_wrong_with_a_page_is_seen) {
  const std::string page = html(with_exhibits());
  ASSERT_EQ(first_flaw(page), "");
  const auto altered = [&](const std::string& what, const std::string& by) {
    std::string text = page;
    const std::size_t at = text.find(what);
    EXPECT_NE(at, std::string::npos) << what;
    return first_flaw(text.replace(std::min(at, text.size()), what.size(), by));
  };
  EXPECT_NE(altered("</section>", ""), "");
  EXPECT_NE(altered("<main>", "<main><script>1</script>"), "");
  EXPECT_NE(altered("<main>", "<main><img src=\"x.png\"/>"), "");
  EXPECT_NE(altered("<main>", "<main><a href=\"https://example.org\">x</a>"), "");
  EXPECT_NE(altered("<main>", "<main><p onclick=\"x()\">x</p>"), "");
  EXPECT_NE(altered("<main>", "<main><p style=\"background:url(x)\">x</p>"), "");
  EXPECT_NE(altered("href=\"#claim-", "href=\"#claim--"), "");
  EXPECT_NE(altered("h2 id=\"claims\"", "h2 id=\"claim-concrete-law\""), "");
  EXPECT_NE(altered("<desc", "<g"), "");
  EXPECT_NE(altered("<th scope=\"col\">", "<th>"), "");
}

TEST(Html, every_claim_has_a_row_that_leads_to_its_section) {
  const claim::RunRecord record = with_exhibits();
  const Page page = parsed(html(record));
  ASSERT_EQ(page.error, "");
  const std::vector<pugi::xml_node> rows = all(page, "main/table/tbody/tr");
  const std::vector<pugi::xml_node> sections = all(page, "section");
  ASSERT_EQ(rows.size(), record.claims.size());
  ASSERT_EQ(sections.size(), record.claims.size());
  std::set<std::string> headings;
  for (const pugi::xml_node& section : sections) headings.insert(section.child("h3").attribute("id").value());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const claim::ClaimResult& result = record.claims[i];
    const std::string verdict(claim::name(result.verdict));
    EXPECT_EQ(all_text(rows[i].child("th").child("a")), result.sheet.id);
    EXPECT_NE(all_text(rows[i].child("td")).find(verdict), std::string::npos) << "a word, not a colour alone";
    const std::string target = rows[i].child("th").child("a").attribute("href").value();
    EXPECT_TRUE(headings.contains(target.substr(1))) << target;
  }
  for (const pugi::xml_node& section : sections) {
    const std::string text = all_text(section);
    EXPECT_NE(text.find("why it is true"), std::string::npos) << text;
    EXPECT_NE(text.find("how it is tried"), std::string::npos);
    EXPECT_NE(text.find("what it sees"), std::string::npos);
  }
}

TEST(Html, the_beginning_says_what_a_hurried_reader_needs) {
  const std::string text = html(small_record());
  const std::string begin = text.substr(0, text.find("<main>"));
  for (const char* words :
       {"refuted: sampler 2.5 (cpu)", "at most 1e-9 (false-alarm rate)", "at most 1e-6 (miss rate)", "seed 7",
        "gumbelcheck 0.1.0", "What broke it: The subject exited with status 3 before it answered."}) {
    EXPECT_NE(begin.find(words), std::string::npos) << words;
  }
  EXPECT_NE(text.find("gumbelcheck replay gc1.000002.refuted"), std::string::npos);
  EXPECT_NE(text.find("The subject takes no seed."), std::string::npos);
  EXPECT_NE(text.find("the last words"), std::string::npos);
  // What needs attention stands first.
  EXPECT_LT(text.find("<h3 id=\"claim-concrete-law\""), text.find("<h3 id=\"claim-edge-refusal\""));
  EXPECT_LT(text.find("<h3 id=\"claim-edge-refusal\""), text.find("<h3 id=\"claim-gumbel-max-law\""));
}

TEST(Html, ids_that_differ_only_in_punctuation_have_sections_of_their_own) {
  claim::RunRecord record = small_record();
  record.claims = {claim_result("a/b", claim::Verdict::upheld, {upheld_check()}),
                   claim_result("a-b", claim::Verdict::upheld, {upheld_check()}),
                   claim_result("claims", claim::Verdict::upheld, {upheld_check()}),
                   claim_result(std::string(1000, 'x') + "1", claim::Verdict::upheld, {upheld_check()}),
                   claim_result(std::string(1000, 'x') + "2", claim::Verdict::upheld, {upheld_check()})};
  EXPECT_EQ(first_flaw(html(record)), "");
}

TEST(Html, the_page_of_a_record_is_that_of_its_verdict_json) {
  for (const claim::RunRecord& record : {with_exhibits(), with_exhibits(hostile_record())}) {
    const ReadVerdict read = read_verdict(verdict_json(record), "a file");
    EXPECT_EQ(html(read.record), html(read_verdict(verdict_json(read.record), "a file").record));
  }
  const claim::RunRecord record = with_exhibits();
  EXPECT_EQ(html(read_verdict(verdict_json(record), "a file").record), html(record));
}

TEST(Html, hostile_text_is_text_cut_where_it_is_long) {
  claim::RunRecord record = with_exhibits(hostile_record());
  record.claims[1].checks[0].finding = std::string(1000000, 'y');
  const std::string text = html(record);
  EXPECT_EQ(first_flaw(text), "");
  EXPECT_LT(text.size(), 300000U);
  EXPECT_EQ(valid_utf8(text), text);
  EXPECT_EQ(text.find("<script"), std::string::npos);
  EXPECT_NE(text.find("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;quoted&#39; | `code`"),
            std::string::npos);
  EXPECT_NE(text.find("]]&gt; \\x1b[2J\\x07"), std::string::npos);
  EXPECT_NE(text.find("... (1,000,000 bytes in all)"), std::string::npos);
  EXPECT_EQ(text.find("\xe2\x80\xae"), std::string::npos) << "nothing turns the direction of the text";
}

TEST(Html, expected_findings_are_told_with_their_reasons) {
  const claim::RunRecord record = small_record();
  const ExpectedOutcome outcome = compare(
      record, {.subject = "sampler",
               .version = "2.5",
               .findings = {{"concrete/law", "*", "the <known> defect"}, {"gumbel-max/law", "*", "was known"}}});
  const std::string text = html(record, &outcome);
  EXPECT_EQ(first_flaw(text), "");
  EXPECT_NE(text.find("refuted as expected (1 check): concrete/law, *: the &lt;known&gt; defect"), std::string::npos);
  EXPECT_NE(text.find("<strong>unexpected pass</strong>: gumbel-max/law, *: was known"), std::string::npos);
  EXPECT_EQ(html(record).find("unexpected pass"), std::string::npos);
}

TEST(Html, a_thousand_claims_are_a_thousand_sections) {
  const claim::RunRecord record = many_claims(1000);
  const std::string text = html(record);
  EXPECT_EQ(first_flaw(text), "");
  EXPECT_EQ(parsed(text).document.select_nodes("//section").size(), 1000U);
}

TEST(HtmlText, lines_are_kept_and_their_number_is_bounded) {
  EXPECT_EQ(html_lines("a\n<b>"), "a\n&lt;b&gt;\n");
  EXPECT_EQ(html_lines(""), "");
  std::string many;
  for (int i = 0; i < 1000; ++i) many += "x\n";
  const std::string shown = html_lines(many);
  EXPECT_EQ(std::count(shown.begin(), shown.end(), '\n'), 40);
  EXPECT_TRUE(shown.ends_with("... (1,920 bytes more)")) << shown;
}

TEST(HtmlText, ids_have_only_what_an_id_may_have) {
  EXPECT_EQ(html_id("concrete/law"), "concrete-law");
  EXPECT_EQ(html_id("a b\"><\xff_9"), "a-b----_9");
  EXPECT_LE(html_id(std::string(5000, 'x')).size(), 200U);
}

}  // namespace
}  // namespace gumbelcheck::report
