// The table of cards, and predictions made with it.
#include "report/cards.h"

#include <set>
#include <string>

#include "report/roofline.h"
#include "support.h"
#include "support/catch.h"

using namespace emulator::report;

TEST_CASE("cards are found however one writes them") {
  REQUIRE(find_card("rtx4060") != nullptr);
  CHECK(find_card("RTX 4060") == find_card("rtx4060"));
  CHECK(find_card("A100-40GB")->gigabytes_per_second == 1555);
  CHECK(find_card("rtx4061") == nullptr);
  CHECK(find_card("") == nullptr);
  CHECK(holds(card_names(), "rtx4060, "));
}

TEST_CASE("the figures of each card fit together") {
  std::set<std::string> names;
  for (const Card& card : known_cards()) {
    INFO(card.name);
    CHECK(names.insert(std::string(card.name)).second);
    CHECK(find_card(card.name) == &card);
    // 64 or 128 multiply-adds per multiprocessor and cycle, at 1.3 to 2.7 GHz: finds slips of the decimal
    // point.
    const double gigahertz = card.teraflops * 1e3 / (2 * 64 * card.multiprocessors);
    const bool with_64 = gigahertz > 1.3 && gigahertz < 2.1;
    const bool with_128 = gigahertz / 2 > 1.3 && gigahertz / 2 < 2.7;
    CHECK((with_64 || with_128));
    CHECK(card.gigabytes_per_second > 200);
    CHECK(card.gigabytes_per_second < 10000);
  }
}

TEST_CASE("the prediction is the larger of memory's and arithmetic's time, for one launch") {
  const Card card{"test", "Test", 10, 100, 20};
  KernelProfile kernel;
  kernel.counts.launches = 4;
  kernel.counts.grid = {20, 1, 1};
  kernel.counts.bytes_read = 300'000'000;
  kernel.counts.bytes_written = 100'000'000;
  Prediction p = predict(kernel, card);
  CHECK(p.seconds == Approx(1e-3));  // 100 MB at 100 GB/s
  CHECK(p.bound == "memory bandwidth");
  CHECK_FALSE(p.compute_seconds);
  CHECK(p.fills_card);
  CHECK(holds(prediction_text(kernel, card), "operations are not counted"));
  CHECK(holds(prediction_text(kernel, card), "prediction (roofline), not a measurement: 1 ms per launch"));

  kernel.counts.flops = 4 * 50e9;  // 5 ms at 10 Tflop/s
  p = predict(kernel, card);
  CHECK(p.seconds == Approx(5e-3));
  CHECK(p.bound == "arithmetic");

  kernel.counts.grid = {19, 1, 1};
  CHECK_FALSE(predict(kernel, card).fills_card);
  CHECK(holds(prediction_text(kernel, card), "19 blocks do not fill 20 multiprocessors"));
}
