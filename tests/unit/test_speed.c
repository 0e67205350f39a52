#include "world.h"
#include <CUnit/Basic.h>
void suite_speed(void);
void suite_speed(void)
{
}
