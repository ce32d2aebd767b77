#include "observer.h"

namespace emulator {

Observer* observer = nullptr;

}  // namespace emulator
