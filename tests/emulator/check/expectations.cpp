#include "expectations.h"

#include <algorithm>
#include <regex>
#include <sstream>
#include <stdexcept>
#include <utility>

namespace check_programs {
namespace {

/// The short names that markers use for fields of a profile.
const std::map<std::string, std::string> kFields = {
    {"requests", "requests"},           {"lanes", "active_lanes"},
    {"sectors", "sectors_per_request"}, {"ideal", "ideal_sectors_per_request"},
    {"ways", "bank_conflict_ways"},     {"moved", "bytes_moved"},
    {"needed", "bytes_needed"},         {"bytes", "access_bytes"},
    {"passes", "passes_per_request"}};

const std::map<std::string, std::string> kLaunchFields = {{"flops", "flops"},
                                                          {"read", "bytes_read"},
                                                          {"written", "bytes_written"},
                                                          {"intensity", "arithmetic_intensity"}};

[[noreturn]] void fail(int line, const std::string& what) {
  throw std::runtime_error("line " + std::to_string(line) + ": " + what);
}

std::vector<std::string> words_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

bool names_variant(const std::string& list, int variant) {
  std::istringstream stream(list);
  for (std::string number; std::getline(stream, number, ',');) {
    if (std::stoi(number) == variant) return true;
  }
  return false;
}

class Reader {
 public:
  Reader(Expectations& result, int variant) : result_(result), variant_(variant) {}

  void read(int line, const std::string& verb, const std::string& variants, const std::string& text) {
    static const std::set<std::string> verbs = {"expect", "allow", "counts", "launch"};
    if (verbs.count(verb) == 0) fail(line, "a marker says '" + verb + "'");
    const std::vector<std::string> words = words_of(text);
    if (words.empty()) fail(line, "nothing behind '" + verb + "'");
    if (!names_variant(variants, variant_)) return;
    if (verb == "expect") expect(line, words);
    if (verb == "allow") allow(line, words);
    if (verb == "counts") count(line, words);
    if (verb == "launch") result_.launches.push_back({line, values_of(line, words, 0, kLaunchFields)});
  }

 private:
  void expect(int line, const std::vector<std::string>& words) {
    const std::string& label = words[0];
    const auto known = places_.find(label);
    const std::size_t place = known != places_.end() ? known->second : result_.findings.size();
    if (known == places_.end()) {
      places_[label] = place;
      result_.findings.push_back({label.substr(0, label.find('@')), {}, ""});
    }
    ExpectedFinding& finding = result_.findings[place];
    finding.lines.insert(line);
    for (std::size_t i = 1; i < words.size(); ++i) {
      if (words[i].rfind("array=", 0) != 0) fail(line, "'" + words[i] + "' in a marker");
      finding.array = words[i].substr(6);
    }
  }

  void allow(int line, const std::vector<std::string>& words) {
    for (const std::string& kind : words) result_.allowed[kind].insert(line);
  }

  void count(int line, const std::vector<std::string>& words) {
    if (words.size() < 3) fail(line, "counts need a space, an operation and a value");
    result_.counts.push_back({line, words[0], words[1], values_of(line, words, 2, kFields)});
  }

  /// Of the words "field=value" from `begin` on.
  static std::map<std::string, double> values_of(int line, const std::vector<std::string>& words,
                                                 std::size_t begin,
                                                 const std::map<std::string, std::string>& fields) {
    std::map<std::string, double> values;
    for (std::size_t i = begin; i < words.size(); ++i) {
      const std::size_t equals = words[i].find('=');
      const auto field = fields.find(words[i].substr(0, equals));
      if (equals == std::string::npos || field == fields.end()) fail(line, "'" + words[i] + "' in a marker");
      values[field->second] = std::stod(words[i].substr(equals + 1));
    }
    return values;
  }

  Expectations& result_;
  int variant_;
  std::map<std::string, std::size_t> places_;  ///< kind with label to index of the finding
};

}  // namespace

Expectations read_expectations(const std::string& source, int variant) {
  static const std::regex title("^// variant ([0-9]+): (.*)$");
  static const std::regex marker("([a-z]+) ([0-9]+(,[0-9]+)*): ([^;]*)");
  Expectations result;
  Reader reader(result, variant);
  std::istringstream stream(source);
  std::vector<std::string> waiting;  // markers in lines of their own
  int number = 0;
  for (std::string line; std::getline(stream, line);) {
    ++number;
    std::smatch match;
    if (std::regex_match(line, match, title)) {
      if (std::stoi(match[1]) == variant) result.title = match[2];
      continue;
    }
    const std::size_t comment = line.find("// ");
    const std::string text = comment == std::string::npos ? "" : line.substr(comment);
    const std::size_t first = line.find_first_not_of(' ');
    const bool is_marker = std::regex_search(text, std::regex("^// (expect|allow|counts|launch) [0-9]"));
    if (is_marker) waiting.push_back(text.substr(3));
    if (first == std::string::npos || first == comment) continue;
    for (const std::string& markers : waiting) {
      for (std::sregex_iterator it(markers.begin(), markers.end(), marker), end; it != end; ++it)
        reader.read(number, (*it)[1], (*it)[2], (*it)[4]);
    }
    waiting.clear();
  }
  if (result.title.empty()) throw std::runtime_error("no variant " + std::to_string(variant));
  return result;
}

}  // namespace check_programs
