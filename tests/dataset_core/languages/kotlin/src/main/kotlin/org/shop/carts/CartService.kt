package org.shop.carts

import java.util.UUID
import kotlinx.coroutines.flow.Flow
import org.springframework.stereotype.Service
import org.shop.prices.Price as ListPrice

const val MAX_LINES = 100

/** Cart as callers see it. */
data class CartDto(
    val id: UUID,
    val lines: List<LineDto> = emptyList(),
)

sealed interface CartResult {
    data class Found(val cart: Cart) : CartResult
    object Missing : CartResult
}

enum class CartState(val open: Boolean) {
    ACTIVE(true),
    ORDERED(false);

    fun label(): String = name.lowercase()
}

/**
 * Puts articles into carts.
 *
 * @param carts where carts are kept
 */
@Service
open class CartService(
    private val carts: CartRepository,
    private val prices: PriceClient,
) : BaseService<Cart>(), CartOperations {

    private val log = LoggerFactory.getLogger(CartService::class.java)
    var lastPrice: ListPrice? = null
        private set

    val size: Int
        get() = carts.count()

    /** Adds an article, or more of it. */
    @Transactional
    suspend fun add(cartId: UUID, article: String, count: Int = 1): CartResult {
        val cart = carts.findById(cartId) ?: return CartResult.Missing
        require(cart.lines.size < MAX_LINES) { "The cart is full" }
        val price = prices.priceOf(article)
        cart.add(Line(article, count, price))
        log.info("Added {}", article)
        return CartResult.Found(carts.save(cart))
    }

    override fun watch(id: UUID): Flow<Cart> = carts.changes(id)

    companion object {
        const val TOPIC = "carts"

        fun empty() = Cart(UUID.randomUUID())
    }
}

interface CartOperations {
    fun watch(id: UUID): Flow<Cart>
}

// The sum over all lines.
fun Cart.total(): Money = lines.map { it.price * it.count }.sum()

typealias Handler = (CartDto) -> Unit
